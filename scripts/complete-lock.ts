/**
 * `npm run lock`, after `npm install` has changed package-lock.json. npm leaves out optional packages that a registry's
 * mirror does not carry (those of other platforms), and then refuses to `npm ci` anywhere: they are added by version.
 * Addresses of registries are taken out: each machine has its own.
 */
import { readFileSync, writeFileSync } from 'node:fs'

interface LockEntry {
  version?: string
  resolved?: string
  dev?: boolean
  extraneous?: boolean
  optionalDependencies?: Record<string, string>
}

interface Lock {
  packages: Record<string, LockEntry>
}

function completePackages(packages: Lock['packages']): Lock['packages'] {
  const kept = Object.entries(packages)
    .filter(([, { extraneous }]) => extraneous !== true)
    .map(([place, { resolved: _, ...entry }]): [string, LockEntry] => [place, entry])
  const known = new Map(kept)
  for (const [place, { optionalDependencies, dev }] of kept) {
    for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
      if (!/^\d/.test(version) || isFound(known, place, name)) continue
      known.set(`node_modules/${name}`, {
        version,
        ...platformOf(name),
        ...(dev ? { dev } : {}),
        optional: true,
      } as LockEntry)
    }
  }
  return Object.fromEntries([...known].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** As Node looks for it: beside the one that asks, then further out. */
function isFound(known: ReadonlyMap<string, LockEntry>, place: string, name: string): boolean {
  if (known.has(`${place === '' ? '' : `${place}/`}node_modules/${name}`)) return true
  if (place === '') return false
  return isFound(known, place.slice(0, place.lastIndexOf('node_modules/')).replace(/\/$/, ''), name)
}

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']
const processors = ['arm', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64']

/** What the package's own manifest says, read off its name: `@napi-rs/canvas-linux-x64-musl`. */
function platformOf(name: string): { os?: string[]; cpu?: string[]; libc?: string[] } {
  const words = name.split(/[/-]/)
  const os = words.filter((word) => systems.includes(word))
  const cpu = words.filter((word) => processors.includes(word))
  const libc = words.flatMap((word) =>
    /^musl/.test(word) ? ['musl'] : os.includes('linux') && /^gnu/.test(word) ? ['glibc'] : [],
  )
  return { ...(cpu.length > 0 ? { cpu } : {}), ...(libc.length > 0 ? { libc } : {}), ...(os.length > 0 ? { os } : {}) }
}

const path = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(path, 'utf8')) as Lock
writeFileSync(path, `${JSON.stringify({ ...lock, packages: completePackages(lock.packages) }, null, 2)}\n`)
