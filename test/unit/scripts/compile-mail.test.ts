import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compileTemplates, generatedUrlOf, mailDirectories } from '../../../scripts/compile-mail.ts'

const directories = mailDirectories.map((url) => [basename(dirname(fileURLToPath(url))), url] as const)

describe.each(directories)('the compiled mail templates of %s', (_, directory) => {
  it('are what their sources and the theme give now; if not: npm run mail', async () => {
    expect(await readFile(generatedUrlOf(directory), 'utf8')).toBe(await compileTemplates(directory))
  })

  it('ask nothing of the network', async () => {
    const { templates } = (await import(generatedUrlOf(directory).href)) as { templates: Record<string, string> }
    const sources = (await readdir(directory)).filter((name) => name.endsWith('.mjml'))
    expect(sources).toEqual(Object.keys(templates).map((name) => `${name}.mjml`))
    for (const html of Object.values(templates)) {
      expect(html.match(/\bhttps?:\/\/[^"')\s]+/g)).toEqual(['http://www.w3.org/1999/xhtml'])
      expect(html).not.toMatch(/@import|<link|<script|<img(?![^>]* src="cid:)|url\(/i)
    }
  })

  it('escape every value: no source has a raw tag', async () => {
    const sources = (await readdir(directory)).filter((name) => name.endsWith('.mjml'))
    for (const name of sources) expect(await readFile(new URL(name, directory), 'utf8')).not.toMatch(/\{\{[-_]*~/)
  })
})
