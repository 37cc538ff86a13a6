import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { templates } from '../../../../../functions/notify/mail/templates.generated.ts'
import { compileTemplates } from '../../../../../scripts/compile-mail.ts'

const directory = new URL('../../../../../functions/notify/mail/', import.meta.url)

describe('the compiled templates', () => {
  it('are what their sources and the theme give now; if not: npm run mail', async () => {
    expect(await readFile(new URL('templates.generated.ts', directory), 'utf8')).toBe(await compileTemplates())
  })

  it.each(Object.entries(templates))('%s asks nothing of the network', (_, html) => {
    const urls = html.match(/\bhttps?:\/\/[^"')\s]+/g)
    expect(urls).toEqual(['http://www.w3.org/1999/xhtml'])
    expect(html).not.toMatch(/@import|<link|<script|<img|url\(/i)
  })

  it('escape every value: no source has a raw tag', async () => {
    const sources = (await readdir(directory)).filter((name) => name.endsWith('.mjml'))
    expect(sources).toEqual(Object.keys(templates).map((name) => `${name}.mjml`))
    for (const name of sources) expect(await readFile(new URL(name, directory), 'utf8')).not.toMatch(/\{\{[-_]*~/)
  })
})
