import { type Html, html, linkTarget } from '../../view/html.ts'

/** By host: its own page, relative to the report's; without one there are no such pages. */
export type PageNames = ReadonlyMap<string, string>

export function hostLink(host: string, names: PageNames): Html {
  const name = names.get(host)
  return name === undefined ? html`${host}` : html`<a href="${linkTarget(name)}">${host}</a>`
}
