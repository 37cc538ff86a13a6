/** What package-lock.json must be, so that each machine installs the same bytes, from whichever registry it has. */
import { type Lock, type LockedPackage, nameOf, placeOf } from './lock.ts'

const groups = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const

export interface Manifest extends Partial<Record<(typeof groups)[number], Record<string, string>>> {
  /** Who may run a program while it is installed. https://docs.npmjs.com/cli/v11/configuring-npm/package-json */
  allowScripts?: Record<string, boolean>
}

/** A sentence for each thing that is not as it must be, with its place; none when all is. */
export function lockProblems({ manifest, lock }: { manifest: Manifest; lock: Lock }): string[] {
  const installed = Object.entries(lock.packages).filter(([place]) => place !== '')
  return [
    ...disagreements(manifest, lock),
    ...installed.flatMap(([place, one]) => [...unlocked(place, one), ...scripted(place, one, manifest)]),
    ...installed.flatMap(([place, one]) => missing(lock, place, one)),
  ]
}

/** `npm ci` refuses them too, but with a page about each. */
function disagreements(manifest: Manifest, lock: Lock): string[] {
  const root = lock.packages[''] ?? {}
  return groups.flatMap((group) => {
    const [wanted = {}, locked = {}] = [manifest[group], root[group]]
    return [...new Set([...Object.keys(wanted), ...Object.keys(locked)])].flatMap((name) => {
      const said = `package.json has ${name} ${wanted[name] ?? 'not'} among its ${group}`
      if (wanted[name] !== locked[name])
        return [
          `${said}, package-lock.json ${locked[name] ?? 'not'}: expected the same (npm install, then npm run lock)`,
        ]
      return isExact(wanted[name] ?? '') ? [] : [`${said}: expected one version, not a range`]
    })
  })
}

/** `npm:other@1.2.3` as well. */
function isExact(wanted: string): boolean {
  return /^(?:npm:(?:@[^/]+\/)?[^@/]+@)?\d+\.\d+\.\d+(?:-[\w.-]+)?$/.test(wanted)
}

function unlocked(place: string, { resolved, integrity }: LockedPackage): string[] {
  return [
    ...(resolved === undefined
      ? []
      : [`${place} has the address ${resolved}: expected none, each machine has its own registry`]),
    ...(/^sha512-/.test(integrity ?? '')
      ? []
      : [`${place} has the hash ${integrity ?? 'none'}: expected sha512, or whatever a registry sends is installed`]),
  ].map((problem) => `${problem} (npm run lock)`)
}

/** Whose program runs as whoever installs: each has been judged, and is named with the answer. */
function scripted(place: string, one: LockedPackage, { allowScripts = {} }: Manifest): string[] {
  const name = nameOf(place, one)
  if (one.hasInstallScript !== true || Object.hasOwn(allowScripts, name)) return []
  return [
    `${place} wants to run a program when it is installed: expected ${name} in allowScripts of package.json, true or false`,
  ]
}

/** Packages of other platforms above all, which npm leaves out where a registry does not carry them. */
function missing(lock: Lock, place: string, { dependencies, optionalDependencies }: LockedPackage): string[] {
  return Object.keys({ ...dependencies, ...optionalDependencies }).flatMap((name) =>
    placeOf(lock, place, name) === undefined
      ? [
          `${place} asks for ${name}, which package-lock.json does not have: npm ci refuses that elsewhere (npm run lock)`,
        ]
      : [],
  )
}
