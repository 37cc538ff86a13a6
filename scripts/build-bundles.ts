/**
 * The one-file programs, each beside its licence notices. The agent and a host's commands are CommonJS, since an ES module
 * that imports node:http brings Node's fetch with it, 10 MB that it never uses.
 */
import { chmod, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
import { accountFor, noticesLine } from './account.ts'
import { bundling } from './bundle.ts'

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

/** Writes the bundle with its notices into `directory`, and its SBOM into `sbom/` there; resolves to their paths. */
export async function buildBundle(
  { entry, file, options }: { entry: string; file: string; options: BuildOptions },
  directory: string,
): Promise<string[]> {
  const outfile = join(directory, file)
  await mkdir(dirname(outfile), { recursive: true })
  const { metafile } = await build({
    ...bundling,
    ...options,
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    external,
    metafile: true,
    footer: { js: noticesLine(outfile) },
  })
  await chmod(outfile, 0o755)
  const { outputs } = metafile
  return [
    outfile,
    ...(await accountFor({ root, bundle: outfile, name: file, outputs, sboms: join(directory, 'sbom') })),
  ]
}
