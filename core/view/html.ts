/**
 * HTML as values. The template escapes whatever it is given; only what another template or `raw` made goes in as it is:
 *
 *     html`<td title="${mount}">${mount}</td>`
 *
 * Good for element content and quoted attribute values. Nothing a host sends belongs in a script, a style, an unquoted
 * attribute or a URL's scheme: see `linkTarget`.
 */
const markup = Symbol('markup')

/** Marked with a symbol, which no JSON can carry. */
export interface Html {
  readonly [markup]: string
}

/** Absent values and `false` give nothing; arrays give their items one after the other. */
export type HtmlValue = Html | string | number | undefined | null | false | readonly HtmlValue[]

export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = parts[0] ?? ''
  for (const [index, value] of values.entries()) text += markupOf(value) + (parts[index + 1] ?? '')
  return raw(text)
}

/** Markup that the caller vouches for. */
export function raw(trusted: string): Html {
  return { [markup]: trusted }
}

export function render(page: Html): string {
  return page[markup]
}

/** For element content and quoted attributes alike. */
export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"'`]/g, (char) => `&#${char.charCodeAt(0)};`)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: replacing them is the point
const unprintable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Control characters and those that turn the direction of text around are shown as `�`: a name can't fake another. */
export function printable(text: string): string {
  return text.replace(unprintable, '\ufffd')
}

/** `url` where it is relative to this site or http(s), otherwise `#`: never `javascript:` or `data:`. */
export function linkTarget(url: string): string {
  const parsed = URL.parse(url, 'https://relative.invalid/')
  return parsed && (parsed.protocol === 'https:' || parsed.protocol === 'http:') ? url : '#'
}

function markupOf(value: HtmlValue): string {
  if (value === undefined || value === null || value === false) return ''
  if (typeof value === 'string') return escapeHtml(value)
  if (typeof value === 'number') return String(value)
  return isList(value) ? value.map(markupOf).join('') : value[markup]
}

function isList(value: Html | readonly HtmlValue[]): value is readonly HtmlValue[] {
  return Array.isArray(value)
}
