/** What draws charts is native code and fonts: it goes with the report function as packages, for the machine it will run on. */
import { execFile } from 'node:child_process'
import { cp, mkdir, stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { type HeldPackage, readPackage } from './bundled-packages.ts'
import { readLock } from './lock.ts'

const architectures = ['x64', 'arm64'] as const
export type Architecture = (typeof architectures)[number]

export function isArchitecture(name: string): name is Architecture {
  return architectures.some((known) => known === name)
}

export const rendererPackages = ['@napi-rs/canvas', 'dejavu-fonts-ttf']

/** Documentation and types stay behind. */
const wanted: Readonly<Record<string, RegExp>> = {
  '@napi-rs/canvas': /(?:\.js|package\.json|LICENSE)$/,
  'dejavu-fonts-ttf': /(?:package\.json|LICENSE|DejaVuSans(?:-Bold)?\.ttf)$/,
}

/** Resolves to what it copied, each with its place below `root`. */
export async function copyRenderer({
  root,
  to,
  arch,
}: {
  root: string
  to: string
  arch: Architecture
}): Promise<HeldPackage[]> {
  const packages = join(root, 'node_modules')
  for (const name of rendererPackages) await copyPackage(join(packages, name), join(to, name), wanted[name] ?? /./)
  // Lambda's Node runs on Amazon Linux, which has glibc.
  const native = `@napi-rs/canvas-linux-${arch}-gnu`
  const from =
    process.platform === 'linux' && process.arch === arch ? packages : await fetchNative({ root, native, arch })
  await copyPackage(join(from, native), join(to, native), /(?:\.node|package\.json)$/)
  const copied = [...rendererPackages.map((name) => join(packages, name)), join(from, native)]
  return Promise.all(copied.map((directory) => readPackage(root, relative(root, directory))))
}

async function copyPackage(from: string, to: string, files: RegExp): Promise<void> {
  await cp(from, to, {
    recursive: true,
    dereference: true,
    filter: async (path) => files.test(path) || (await stat(path)).isDirectory(),
  })
}

/** Brings the package for another machine beside our own, at the version and with the hash of package-lock.json. */
async function fetchNative({
  root,
  native,
  arch,
}: {
  root: string
  native: string
  arch: Architecture
}): Promise<string> {
  const path = `node_modules/${native}`
  const locked = (await readLock(root)).packages[path]
  if (!locked) throw new Error(`package-lock.json: no ${path}: expected the renderer of every platform (npm run lock)`)
  const directory = join(root, '.cache', `renderer-${arch}`)
  const dependencies = { [native]: locked.version }
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, 'package.json'), JSON.stringify({ private: true, dependencies }))
  await writeFile(
    join(directory, 'package-lock.json'),
    JSON.stringify({ lockfileVersion: 3, packages: { '': { dependencies }, [path]: locked } }),
  )
  try {
    // `--force`: it is not for this machine. The hash is still held to.
    await promisify(execFile)('npm', ['ci', '--force', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: directory,
    })
  } catch (cause) {
    const expected = 'expected what package-lock.json pins from the registry'
    throw new Error(`npm ci of ${native} ${locked.version}, the renderer for ${arch}: ${expected}`, { cause })
  }
  return join(directory, 'node_modules')
}
