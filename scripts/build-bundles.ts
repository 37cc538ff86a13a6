/**
 * The one-file programs, each beside its licence notices. The agent and a host's commands are CommonJS, since an ES module
 * that imports node:http brings Node's fetch with it, 10 MB that it never uses.
 */
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
import { bundling } from './bundle.ts'
import { licenceNotices, noticesOf } from './licences.ts'

const root = join(import.meta.dirname, '..')

/** Native code, and packages that read files beside themselves: they stay packages. */
const external = [
  '@napi-rs/canvas',
  'systeminformation',
  'pidusage',
  'dejavu-fonts-ttf',
  'quickchart-js',
  '@duckdb/node-api',
]

const onHosts = {
  format: 'cjs',
  // By `require`: `import()` brings the loader of ES modules along.
  supported: { 'dynamic-import': false },
  alias: { 'node:fs/promises': join(import.meta.dirname, 'late-fs-promises.ts') },
} as const satisfies BuildOptions

/** The `vitals` command with all it can do. */
export const commandBundle = { entry: 'cli/main.ts', file: 'vitals.mjs', options: {} }
/** Its processes that draw charts for others: a file that stands beside it. */
export const drawProcessBundle = {
  entry: 'adapters/charts/serve/draw-process.ts',
  file: 'draw-process.mjs',
  options: {},
}
/** The agent alone: what it does not hold costs no memory. */
export const agentBundle = { entry: 'cli/agent.ts', file: 'agent.cjs', options: onHosts }
/** What one asks an agent's host: status, snapshot and their like. */
export const hostBundle = { entry: 'cli/host.ts', file: 'host.cjs', options: onHosts }

/** Writes the bundle and its notices into `directory`; resolves to their paths. */
export async function buildBundle(
  { entry, file, options }: { entry: string; file: string; options: BuildOptions },
  directory: string,
): Promise<string[]> {
  const outfile = join(directory, file)
  const notices = noticesOf(outfile)
  await mkdir(dirname(outfile), { recursive: true })
  const { metafile } = await build({
    ...bundling,
    ...options,
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    external,
    metafile: true,
    legalComments: 'external',
    footer: { js: `// Licences of the packages in this file: ${basename(notices)}` },
  })
  const texts = await licenceNotices({
    outputs: metafile.outputs,
    root,
    // The project's own licence, word for word.
    standardTexts: { 'Apache-2.0': await readFile(join(root, 'LICENSE'), 'utf8') },
  })
  const inCode = await readFile(`${outfile}.LEGAL.txt`, 'utf8').catch(() => '')
  await rm(`${outfile}.LEGAL.txt`, { force: true })
  await writeFile(notices, `Packages in ${file}, and their licences.\n\n${texts}${inCode === '' ? '' : `\n${inCode}`}`)
  await chmod(outfile, 0o755)
  return [outfile, notices]
}
