/**
 * `npm run build:template`: the stack as plain CloudFormation, for who deploys with other tools than this framework:
 * dist/template/vitals.template.json and a zip a function. It is what the framework packages, with parameters where a deployment
 * by the framework has what it was told.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { isArchitecture } from './renderer.ts'
import { sizeOf } from './size-of.ts'
import { placeholders, type Template, withParameters } from './template-parameters.ts'

const root = join(import.meta.dirname, '..')
const output = join(root, 'dist', 'template')
const packaged = join(root, '.cache', 'template-package')

const help = `npm run build:template [-- --arch arm64] [--stage prod]

Makes dist/template: vitals.template.json and a zip a function, to be put into a bucket of the region (docs/deploy.md). --stage
stands in the names of all that the stack makes. A vitals.yml beside serverless.yml goes into the zips.
`

const { values } = parseArgs({
  options: {
    arch: { type: 'string', default: 'arm64' },
    stage: { type: 'string', default: 'prod' },
    help: { type: 'boolean', short: 'h' },
  },
})
if (values.help) process.stdout.write(help)
else await buildTemplate()

async function buildTemplate(): Promise<void> {
  if (!isArchitecture(values.arch)) throw new Error(`--arch ${values.arch}: expected x64 or arm64`)
  await rm(output, { recursive: true, force: true })
  await rm(packaged, { recursive: true, force: true })
  await mkdir(output, { recursive: true })
  packageStack(values.arch)
  const read = await readFile(join(packaged, 'cloudformation-template-update-stack.json'), 'utf8')
  const template = JSON.parse(read) as Template
  const keys = await copyZips()
  const path = join(output, 'vitals.template.json')
  await writeFile(path, `${JSON.stringify(withParameters(template, keys), null, 1)}\n`)
  for (const made of [path, ...Object.values(keys).map((key) => join(output, key))]) {
    process.stderr.write(`  ${relative(root, made).padEnd(52)}${await sizeOf(made)} bytes\n`)
  }
}

/** With none of this shell's settings and secrets: each is a parameter, and a word that is none of a template until then. */
function packageStack(arch: string): void {
  const { PATH, HOME } = process.env
  const bin = join(root, 'node_modules', '.bin')
  const env = { ...placeholders.settings, PATH: `${bin}:${PATH}`, HOME: HOME ?? '/' }
  const params = { architecture: arch, ...placeholders.params }
  const args = Object.entries(params).flatMap(([name, value]) => ['--param', `${name}=${value}`])
  const { status, error } = spawnSync(
    join(bin, 'serverless'),
    ['package', '--package', packaged, '--stage', values.stage, ...args],
    { cwd: root, env: env as NodeJS.ProcessEnv, stdio: 'inherit' },
  )
  if (status !== 0) throw error ?? new Error(`serverless package ended with ${status}: its own words stand above`)
}

/** Under a name that changes with what is in it: CloudFormation updates a function whose key changed, and no other. */
async function copyZips(): Promise<Record<string, string>> {
  const zips = (await readdir(packaged)).filter((file) => file.endsWith('.zip'))
  const keys = zips.map(async (file) => {
    const name = file.slice(0, -'.zip'.length)
    const content = await readFile(join(packaged, file))
    const key = `${name}-${createHash('sha256').update(content).digest('hex').slice(0, 16)}.zip`
    await writeFile(join(output, key), content)
    return [name, key] as const
  })
  return Object.fromEntries(await Promise.all(keys))
}
