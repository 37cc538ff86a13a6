/**
 * The agent as a Debian package that brings its own Node. Built with dpkg-deb: every time the same bytes from the same
 * sources, whatever the clock, the user or the umask.
 */
import { execFile } from 'node:child_process'
import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { sizeOf } from './size-of.ts'

const run = promisify(execFile)
const host = (root: string) => join(root, 'infra', 'host')

const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' }
/** zstd packs the 109 MB of Node in seconds, xz in two minutes; dpkg reads it from Debian 12 and Ubuntu 21.10 on. */
const compression = ['-Zzstd', '-z9', '--threads-max=1']

/** In /etc/vitals; kept when the package is upgraded or removed. They may hold keys. */
const configuration = ['agent.conf', 'environment']

export interface DebianPackageOptions {
  root: string
  /** Where agent.cjs, host.cjs and their notices are, and where the package goes. */
  dist: string
  version: string
  /** Seconds since the epoch that each file of it bears. */
  epochSeconds: number
}

/** The tools that are missing here, by the packages that bring them. */
export async function missingPackagingTools(): Promise<string[]> {
  const tools = { 'dpkg-deb': 'dpkg', strip: 'binutils' }
  const asked = Object.entries(tools).map(async ([tool, owner]) =>
    run(tool, ['--version']).then(
      () => [],
      () => [owner],
    ),
  )
  return (await Promise.all(asked)).flat()
}

/** Resolves to the path of the package. */
export async function buildDebianPackage(options: DebianPackageOptions): Promise<string> {
  const { dist, version, epochSeconds } = options
  const architecture = architectures[process.arch]
  if (architecture === undefined) throw new Error(`a Debian package for ${process.arch}: expected x64 or arm64`)
  const path = join(dist, `vitals-agent_${version}_${architecture}.deb`)
  // One is left, so that `vitals-agent_*.deb` means it.
  for (const old of await readdir(dist)) if (/^vitals-agent_.*\.deb$/.test(old)) await rm(join(dist, old))
  const tree = await mkdtemp(join(tmpdir(), 'vitals-deb-'))
  try {
    await layOut(tree, options)
    await writeControl(tree, options, architecture)
    await dateAll(tree, epochSeconds)
    await run('dpkg-deb', ['--root-owner-group', ...compression, '--build', tree, path], {
      env: { ...process.env, SOURCE_DATE_EPOCH: String(epochSeconds) },
    })
  } finally {
    await rm(tree, { recursive: true })
  }
  return path
}

async function layOut(tree: string, { root, dist }: DebianPackageOptions): Promise<void> {
  const place = async (from: string, to: string, mode: number) => {
    await mkdir(dirname(join(tree, to)), { recursive: true })
    await copyFile(from, join(tree, to))
    await chmod(join(tree, to), mode)
  }
  const documents = 'usr/share/doc/vitals-agent'
  await place(process.execPath, 'usr/lib/vitals/node', 0o755)
  await run('strip', ['--strip-unneeded', join(tree, 'usr/lib/vitals/node')])
  for (const file of ['agent.cjs', 'host.cjs']) await place(join(dist, file), `usr/lib/vitals/${file}`, 0o644)
  await place(join(dist, 'host', 'vitals'), 'usr/bin/vitals', 0o755)
  await place(join(dist, 'host', 'vitals-agent.service'), 'usr/lib/systemd/system/vitals-agent.service', 0o644)
  for (const file of configuration) await place(join(dist, 'host', file), `etc/vitals/${file}`, 0o640)
  await place(join(root, 'docs', 'install.md'), `${documents}/INSTALL.md`, 0o644)
  await writeFile(join(tree, documents, 'copyright'), await copyright(root, dist))
  await writeFile(
    join(tree, documents, 'changelog.gz'),
    gzipSync(await readFile(join(root, 'CHANGELOG.md')), { level: 9 }),
  )
}

/** The project's licence, that of each bundled package, and Node's with those of what is in it. */
async function copyright(root: string, dist: string): Promise<string> {
  const parts = [
    ['Vitals', join(root, 'LICENSE')],
    ['Packages in /usr/lib/vitals/agent.cjs', join(dist, 'agent.cjs.LICENSES.txt')],
    ['Packages in /usr/lib/vitals/host.cjs', join(dist, 'host.cjs.LICENSES.txt')],
    [`/usr/lib/vitals/node: Node.js ${process.versions.node}`, nodeLicence(root)],
  ] as const
  const texts = await Promise.all(
    parts.map(async ([title, path]) => `== ${title} ==\n\n${await readFile(path, 'utf8')}`),
  )
  return texts.join('\n')
}

/** By version: another Node has other licences, and a build without its text fails. */
const nodeLicence = (root: string) => join(host(root), 'licences', `node-${process.versions.node}.txt`)

async function writeControl(
  tree: string,
  { root, version }: DebianPackageOptions,
  architecture: string,
): Promise<void> {
  const control = join(tree, 'DEBIAN')
  await cp(join(host(root), 'debian'), control, { recursive: true })
  for (const script of ['postinst', 'prerm', 'postrm']) await chmod(join(control, script), 0o755)
  await writeFile(join(control, 'conffiles'), configuration.map((file) => `/etc/vitals/${file}\n`).join(''))
  const fields = {
    Package: 'vitals-agent',
    Version: version,
    Architecture: architecture,
    Maintainer: 'Vitals <vitals@localhost>',
    'Installed-Size': Math.ceil((await sizeOf(tree)) / 1024),
    // What this Node asks of the C and C++ libraries (`objdump -T`), and who makes the user.
    Depends: 'libc6 (>= 2.28), libstdc++6 (>= 5.2), passwd, init-system-helpers',
    Section: 'admin',
    Priority: 'optional',
    Description: `agent that sends snapshots of this host into a bucket\n${description}`,
  }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`)
  await writeFile(join(control, 'control'), lines.join(''))
}

const description = ` CPU, memory, disks, network and processes, each minute, kept on disk until an
 S3-compatible bucket has them. It listens on no port and needs no root. What
 evaluates them, tells somebody and makes reports runs elsewhere.`

/** Directories are 0755 and files as they were placed, whatever the umask. */
async function dateAll(path: string, epochSeconds: number): Promise<void> {
  if ((await stat(path)).isDirectory()) {
    await chmod(path, 0o755)
    for (const name of await readdir(path)) await dateAll(join(path, name), epochSeconds)
  } else if (!((await stat(path)).mode & 0o111) && !path.includes('/etc/vitals/')) await chmod(path, 0o644)
  await utimes(path, epochSeconds, epochSeconds)
}
