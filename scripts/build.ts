/** `npm run build`: everything that people install, in dist/. Built twice, the same files come out, byte for byte. */
import { spawnSync } from 'node:child_process'
import { delimiter, dirname, join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import manifest from '../package.json' with { type: 'json' }
import { agentBundle, buildBundle, commandBundle, drawProcessBundle, hostBundle } from './build-bundles.ts'
import { buildHost } from './build-host.ts'
import { buildLibrary } from './build-library.ts'
import { buildDebianPackage, missingPackagingTools } from './debian-package.ts'
import { writeDebianSbom } from './debian-sbom.ts'
import { writeLicenceReport } from './licence-report.ts'
import { sizeOf } from './size-of.ts'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')

/** In the order in which they are made; each resolves to the paths of what it made. */
const parts = {
  command: { meaning: 'vitals.mjs, the command for Node 24, and its thread that draws', make: buildCommand },
  agent: { meaning: 'agent.cjs, what runs on hosts, and host.cjs, what one asks there', make: buildAgent },
  functions: { meaning: "functions/, what Lambda gets, for this machine's architecture", make: makeFunctions },
  library: { meaning: "library/, for import … from 'vitals'", make: makeLibrary },
  host: { meaning: 'host/, systemd unit, launchd plist, Dockerfile; INSTALL.md (needs agent)', make: makeHost },
  deb: { meaning: 'the .deb of the agent with its own Node (needs agent and host; Debian only)', make: makeDeb },
  licences: { meaning: 'sbom/LICENCES.md, of all that have an SBOM there (needs them)', make: makeLicences },
} as const

type Part = keyof typeof parts

const names = Object.keys(parts) as Part[]
const help = [
  'npm run build [-- --only PART,…] [--deb-version VERSION]',
  '',
  'Makes dist/, all of it or some parts:',
  ...names.map((name) => `  ${name.padEnd(10)}${parts[name].meaning}`),
  '',
  'SOURCE_DATE_EPOCH: what the files of the .deb are dated; default: the last commit.',
  '',
].join('\n')

const { values } = parseArgs({
  options: { only: { type: 'string' }, 'deb-version': { type: 'string' }, help: { type: 'boolean', short: 'h' } },
})
if (values.help) process.stdout.write(help)
else for (const name of wanted(values.only)) await makePart(name)

function wanted(only: string | undefined): Part[] {
  const asked = only?.split(',') ?? names
  const unknown = asked.filter((name) => !(name in parts))
  if (unknown.length > 0)
    throw new Error(`--only ${only}: expected some of ${names.join(', ')}, not ${unknown.join(', ')}`)
  return names.filter((name) => asked.includes(name))
}

async function makePart(name: Part): Promise<void> {
  const startMs = performance.now()
  process.stderr.write(`${name} …\n`)
  const paths = await parts[name].make()
  for (const path of paths) {
    process.stdout.write(`  ${relative(root, path).padEnd(44)}${formatSize(await sizeOf(path))}\n`)
  }
  process.stderr.write(`  ${((performance.now() - startMs) / 1000).toFixed(1)} s\n`)
}

async function buildCommand(): Promise<string[]> {
  return [...(await buildBundle(commandBundle, dist)), ...(await buildBundle(drawProcessBundle, dist))]
}

async function buildAgent(): Promise<string[]> {
  const paths = [...(await buildBundle(agentBundle, dist)), ...(await buildBundle(hostBundle, dist))]
  process.stderr.write(`  agent.cjs starts in ${startMs(join(dist, agentBundle.file))} ms (--help, best of 5)\n`)
  return paths
}

/** Of the whole process, as a shell sees it. */
function startMs(program: string): string {
  // Its first line asks for `node`: this one, not the machine's.
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` }
  const times = Array.from({ length: 5 }, () => {
    const startedMs = performance.now()
    const { status, stderr } = spawnSync(program, ['--help'], { encoding: 'utf8', env })
    if (status !== 0) throw new Error(`${program} --help ended with ${status}: ${stderr}`)
    return performance.now() - startedMs
  })
  return Math.min(...times).toFixed(0)
}

/** A process of its own: the framework starts it as well, by whatever Node it runs on. */
async function makeFunctions(): Promise<string[]> {
  const script = join(root, 'scripts', 'build-functions.ts')
  const { status } = spawnSync(process.execPath, [script], { cwd: root, stdio: 'inherit' })
  if (status !== 0) throw new Error(`${relative(root, script)} ended with ${status}`)
  return [join(dist, 'functions')]
}

async function makeLicences(): Promise<string[]> {
  return [await writeLicenceReport(join(dist, 'sbom'))]
}

async function makeLibrary(): Promise<string[]> {
  await buildLibrary()
  return [join(dist, 'library')]
}

function makeHost(): Promise<string[]> {
  return buildHost({ root, dist })
}

/** Left out, and said so, where Debian's tools are not; asked for by name, that is an error. */
async function makeDeb(): Promise<string[]> {
  const missing = await missingPackagingTools()
  if (missing.length > 0) {
    const words = `the .deb needs packages of Debian that are not here: ${missing.join(', ')}`
    if (values.only?.includes('deb')) throw new Error(words)
    process.stderr.write(`  left out: ${words}\n`)
    return []
  }
  const version = values['deb-version'] ?? manifest.version
  const deb = await buildDebianPackage({ root, dist, version, epochSeconds: sourceDateEpoch() })
  return [deb, await writeDebianSbom({ sboms: join(dist, 'sbom'), version })]
}

/** https://reproducible-builds.org/docs/source-date-epoch/ */
function sourceDateEpoch(): number {
  const given = process.env.SOURCE_DATE_EPOCH
  const text = given ?? spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }).stdout
  const seconds = Number.parseInt(text, 10)
  if (!Number.isSafeInteger(seconds))
    throw new Error(`SOURCE_DATE_EPOCH=${given}: expected seconds, as there is no commit here`)
  return seconds
}

function formatSize(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}
