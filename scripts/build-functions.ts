/**
 * `npm run build:functions`: each function as Lambda takes it, dist/functions/<name>/index.mjs. `--arch x64|arm64`: what its
 * native code is for; default: this machine's. Built twice the same files come out, byte for byte. Says what each weighs, and ends
 * with 1 where that is more than scripts/package-bounds.ts lets it.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build, type Metafile } from 'esbuild'
import { accountFor, noticesLine } from './account.ts'
import { bundling } from './bundle.ts'
import { type FunctionName, functionNames as names, type PackageSize, sizeProblems } from './package-bounds.ts'
import { heaviestParts, packageSize } from './package-weights.ts'
import { type Architecture, copyRenderer, isArchitecture, rendererPackages } from './renderer.ts'

const root = join(import.meta.dirname, '..')
const output = join(root, 'dist', 'functions')
const drawing: readonly FunctionName[] = ['report', 'notify']

const { values } = parseArgs({ options: { arch: { type: 'string', default: process.arch } } })
if (!isArchitecture(values.arch)) throw new Error(`--arch ${values.arch}: expected x64 or arm64`)
const arch: Architecture = values.arch

await rm(output, { recursive: true, force: true })
const { metafile } = await build({
  ...bundling,
  absWorkingDir: root,
  entryPoints: names.map((name) => ({ in: `functions/${name}/lambda.ts`, out: `${name}/index` })),
  outdir: output,
  outExtension: { '.js': '.mjs' },
  external: rendererPackages,
  alias: { ...bundling.alias, 'cross-fetch': './scripts/native-fetch.ts' },
  sourcemap: false,
  footer: { js: noticesLine('index.mjs') },
  metafile: true,
})
for (const name of names) await account(name, metafile)
await holdToBounds(metafile)

/** Its licences, and beside those that draw charts what draws them. */
async function account(name: FunctionName, { outputs }: Metafile): Promise<void> {
  const to = join(output, name, 'node_modules')
  const beside = drawing.includes(name) ? await copyRenderer({ root, to, arch }) : []
  const own = Object.entries(outputs).filter(([path]) => path.endsWith(`/${name}/index.mjs`))
  const sboms = join(root, 'dist', 'sbom')
  const bundle = join(output, name, 'index.mjs')
  await accountFor({ root, bundle, name, outputs: Object.fromEntries(own), beside, sboms })
}

async function holdToBounds({ outputs }: Metafile): Promise<void> {
  const measured = names.map(async (name) => [name, await packageSize(join(output, name))] as const)
  const sizes = Object.fromEntries(await Promise.all(measured)) as Record<FunctionName, PackageSize>
  for (const name of names) {
    const { zippedBytes, unzippedBytes } = sizes[name]
    process.stderr.write(
      `  ${name.padEnd(10)}${inKilobytes(zippedBytes)} zipped,${inKilobytes(unzippedBytes)} unzipped\n`,
    )
  }
  const problems = sizeProblems(sizes)
  if (problems.length === 0) return
  const parts = names
    .filter((name) => problems.some((problem) => problem.startsWith(`the package of ${name} `)))
    .map((name) => {
      const bundle = Object.entries(outputs).find(([path]) => path.endsWith(`/${name}/index.mjs`))?.[1]
      return `the bundle of ${name} is ${heaviestParts(bundle?.inputs ?? {})}`
    })
  process.stderr.write(`${[...problems, ...parts].join('\n')}\n`)
  process.exitCode = 1
}

function inKilobytes(bytes: number): string {
  return `${Math.round(bytes / 1_000).toLocaleString('en')} kB`.padStart(10)
}
