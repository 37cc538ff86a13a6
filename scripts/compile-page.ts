/**
 * The report page's script and its CSS -> text, at build time: `npm run page` after a change of functions/report/browser/.
 * The page carries them inside; without esbuild beside it, whoever makes a report could not bundle them.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'

const sourceUrl = new URL('../functions/report/browser/', import.meta.url)
const uplotUrl = new URL('../node_modules/uplot/', import.meta.url)

export const pageScriptUrl = new URL('../functions/report/page-script.generated.ts', import.meta.url)

/** The whole text of `page-script.generated.ts`. */
export async function compilePageScript(): Promise<string> {
  // Its licence asks to travel with every copy, and a report is one.
  const licence = (await readFile(new URL('LICENSE', uplotUrl), 'utf8')).trim().replaceAll('*/', '* /')
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('main.ts', sourceUrl))],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    banner: { js: `/*! uPlot\n${licence}\n*/` },
  })
  const js = outputFiles[0]?.text ?? ''
  if (/<\/script|<!--/i.test(js)) throw new Error('compile page: the script would end its own element')
  const css = await Promise.all(
    [new URL('dist/uPlot.min.css', uplotUrl), new URL('page.css', sourceUrl)].map((url) => readFile(url, 'utf8')),
  )
  const { code } = await transform(css.join('\n'), { loader: 'css', minify: true })
  return [
    '// Made by scripts/compile-page.ts; do not edit.',
    'export const pageScript = {',
    `  js: ${JSON.stringify(js)},`,
    `  css: ${JSON.stringify(code)},`,
    '} as const',
    '',
  ].join('\n')
}

if (import.meta.main) await writeFile(pageScriptUrl, await compilePageScript())
