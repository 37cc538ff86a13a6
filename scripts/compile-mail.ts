/**
 * MJML -> Eta templates, at build time: `npm run mail` after a change of a function's `mail/*.mjml`, of their common head or
 * of the theme. mjml takes 58 MB installed and half a second to load; what it makes is text, and that is committed.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import mjml2html from 'mjml'
import { dark, fontFamily, light } from '../core/view/theme.ts'

/** Each holds templates and, beside them, what they are compiled to. */
export const mailDirectories = ['notify', 'report'].map(
  (name) => new URL(`../functions/${name}/mail/`, import.meta.url),
)
const headUrl = new URL('../core/view/mail-head.mjml', import.meta.url)

export function generatedUrlOf(directory: URL): URL {
  return new URL('templates.generated.ts', directory)
}

/** The whole text of a directory's `templates.generated.ts`. Throws on anything that mjml would drop or correct silently. */
export async function compileTemplates(directory: URL): Promise<string> {
  const head = await readFile(headUrl, 'utf8')
  const sources = (await readdir(directory)).filter((name) => name.endsWith('.mjml')).sort()
  const lines = await Promise.all(
    sources.map(async (name) => {
      const source = await readFile(new URL(name, directory), 'utf8')
      const html = await compileTemplate(
        name,
        source.replace('[[head]]', () => head),
      )
      return `  ${JSON.stringify(name.replace(/\.mjml$/, ''))}: ${JSON.stringify(html)},`
    }),
  )
  return [
    '// Made by scripts/compile-mail.ts; do not edit.',
    'export const templates = {',
    ...lines,
    '} as const',
    '',
  ].join('\n')
}

async function compileTemplate(name: string, source: string): Promise<string> {
  const themed = source.replace(/\[\[([A-Za-z.]+)\]\]/g, (_, path: string) => themeValue(name, path))
  const { html } = await mjml2html(themed, { fonts: {}, keepComments: false, validationLevel: 'strict' })
  const lost = tagsOf(themed).filter((tag) => html.split(tag).length < themed.split(tag).length)
  if (lost.length > 0) throw new Error(`compile ${name}: mjml dropped ${lost.join(' ')}: is it outside mj-raw?`)
  return html.replace(/^\s+/gm, '')
}

function tagsOf(source: string): string[] {
  return source.match(/\{\{.*?\}\}/g) ?? []
}

function themeValue(name: string, path: string): string {
  let value: unknown = { light, dark, fontFamily }
  for (const part of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[part]
  if (typeof value !== 'string') throw new Error(`compile ${name}: [[${path}]] is not in core/view/theme.ts`)
  return value
}

if (import.meta.main) {
  for (const directory of mailDirectories) await writeFile(generatedUrlOf(directory), await compileTemplates(directory))
}
