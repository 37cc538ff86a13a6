/**
 * `npm run build:functions`: each function as Lambda takes it, dist/functions/<name>/index.mjs. `--arch x64|arm64`: what its
 * native code is for; default: this machine's. Built twice the same files come out, byte for byte.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { bundling } from './bundle.ts'
import { copyRenderer, isArchitecture, rendererPackages } from './renderer.ts'

const root = join(import.meta.dirname, '..')
const output = join(root, 'dist', 'functions')
const names = ['evaluate', 'notify', 'rollup', 'report', 'open']

const { values } = parseArgs({ options: { arch: { type: 'string', default: process.arch } } })
const { arch } = values
if (!isArchitecture(arch)) throw new Error(`--arch ${arch}: expected x64 or arm64`)

await rm(output, { recursive: true, force: true })
await build({
  ...bundling,
  absWorkingDir: root,
  entryPoints: names.map((name) => ({ in: `functions/${name}/lambda.ts`, out: `${name}/index` })),
  outdir: output,
  outExtension: { '.js': '.mjs' },
  external: rendererPackages,
  alias: { ...bundling.alias, 'cross-fetch': './scripts/native-fetch.ts' },
  sourcemap: false,
})
/** Those that draw charts. */
for (const name of ['report', 'notify']) await copyRenderer({ root, to: join(output, name, 'node_modules'), arch })
