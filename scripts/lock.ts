/** package-lock.json as npm writes it, as far as something here reads it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface LockedPackage {
  /** Where it stands under another name than its own. */
  name?: string
  version?: string
  resolved?: string
  integrity?: string
  license?: string
  dev?: boolean
  devOptional?: boolean
  optional?: boolean
  hasInstallScript?: boolean
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}

/** By the place under which it is installed, `node_modules/a/node_modules/b`; the project itself is ''. */
export interface Lock {
  packages: Record<string, LockedPackage>
}

export async function readLock(root: string): Promise<Lock> {
  return JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as Lock
}

/** `node_modules/a/node_modules/@b/c` is c of b, whatever it is called inside. */
export function nameOf(place: string, { name }: LockedPackage = {}): string {
  return name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)
}

/** The place of what `name` means to the package at `place`, as Node looks for it: beside the one that asks, then further out. */
export function placeOf({ packages }: Lock, place: string, name: string): string | undefined {
  const within = `${place === '' ? '' : `${place}/`}node_modules/${name}`
  if (Object.hasOwn(packages, within)) return within
  if (place === '') return undefined
  return placeOf({ packages }, place.slice(0, place.lastIndexOf('node_modules/')).replace(/\/$/, ''), name)
}

/** How it got here: names from one that package.json has to the package itself, the shortest way. */
export function wayTo(lock: Lock, wanted: string): string[] {
  const before = new Map<string, string | undefined>([['', undefined]])
  for (const place of before.keys()) {
    if (place === wanted) return namesUpTo(place, before)
    const { dependencies, devDependencies, optionalDependencies, peerDependencies } = lock.packages[place] ?? {}
    const asked = {
      ...peerDependencies,
      ...optionalDependencies,
      ...(place === '' ? devDependencies : {}),
      ...dependencies,
    }
    for (const name of Object.keys(asked)) {
      const found = placeOf(lock, place, name)
      if (found !== undefined && !before.has(found)) before.set(found, place)
    }
  }
  return [nameOf(wanted)]
}

function namesUpTo(place: string, before: ReadonlyMap<string, string | undefined>): string[] {
  const names: string[] = []
  for (let at: string | undefined = place; at !== undefined && at !== ''; at = before.get(at)) names.unshift(nameOf(at))
  return names
}
