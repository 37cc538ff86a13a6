/**
 * The processes of a systemd unit: cgroup.procs of its control group and of those nested in it. The same file in the
 * unified hierarchy (version 2) and in systemd's own of version 1. Format: Documentation/admin-guide/cgroup-v2.rst.
 */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isGone, unlessGone } from '../gone.ts'
import { parseMountinfo } from '../mountinfo.ts'
import type { FileReader } from '../read-file.ts'
import type { Roots } from '../roots.ts'

export interface Units {
  /** Empty: the unit does not run, since systemd keeps no group of one that has ended. Throws where there is no systemd. */
  pidsOf(unit: string, monotonicMs: number): number[]
}

/** A unit of another slice is looked for at most so often, and the hierarchy's place as well. */
const searchEveryMs = 60_000
/** Slices in slices: `user.slice/user-1000.slice/user@1000.service/app.slice` is the usual depth. */
const maxDepth = 8
/** A group with this many below it is somebody's container engine gone wild. */
const maxGroups = 4_096

export function createUnits({ files, roots }: { files: FileReader; roots: Roots }): Units {
  let base: { directory: string; foundAtMs: number } | undefined
  const found = new Map<string, string>()
  const searchedAtMs = new Map<string, number>()

  const baseDirectory = (monotonicMs: number): string => {
    if (!base || monotonicMs - base.foundAtMs >= searchEveryMs) {
      base = { directory: findBase({ files, roots }), foundAtMs: monotonicMs }
    }
    return base.directory
  }
  const directoryOf = (unit: string, monotonicMs: number): string | undefined => {
    const top = baseDirectory(monotonicMs)
    const usual = [found.get(unit), ...usualPlaces(unit).map((place) => join(top, place))]
    const there = usual.find((directory) => directory !== undefined && isDirectory(directory))
    if (there !== undefined) return there
    if (monotonicMs - (searchedAtMs.get(unit) ?? Number.NEGATIVE_INFINITY) < searchEveryMs) return undefined
    searchedAtMs.set(unit, monotonicMs)
    return findInSlices(top, unit, maxDepth)
  }

  return {
    pidsOf(unit, monotonicMs) {
      const directory = directoryOf(unit, monotonicMs)
      if (directory === undefined) return []
      found.set(unit, directory)
      const pids: number[] = []
      for (const group of groupsBelow(directory)) pids.push(...pidsIn(files, group))
      return pids
    },
  }
}

/** The hierarchy in which systemd keeps its units: it always has a system.slice. */
function findBase({ files, roots }: { files: FileReader; roots: Roots }): string {
  const mounts = parseMountinfo(files.text(`${roots.proc}/self/mountinfo`))
  const hierarchies = mounts.filter(
    ({ fsType, superOptions }) =>
      fsType === 'cgroup2' || (fsType === 'cgroup' && superOptions.includes('name=systemd')),
  )
  const places = hierarchies.map(({ mountPoint }) => mountPoint.replace(/^\/sys(?=\/|$)/, roots.sys))
  const base = places.find((place) => isDirectory(join(place, 'system.slice')))
  if (base !== undefined) return base
  const looked =
    places.length === 0 ? 'no hierarchy of control groups is mounted' : `no system.slice in ${places.join(', ')}`
  throw new Error(`${looked}: this host, or the container that the agent is in, has no systemd`)
}

/** Where systemd puts a unit that was not told where: instances of a template share a slice (systemd.slice(5)). */
function usualPlaces(unit: string): string[] {
  const template = /^(.+?)@/.exec(unit)?.[1]?.replaceAll('-', '\\x2d')
  const places = [`system.slice/${unit}`, unit]
  return template === undefined ? places : [...places, `system.slice/system-${template}.slice/${unit}`]
}

/** Only slices, and the managers of users, have units in them. */
function findInSlices(directory: string, unit: string, depth: number): string | undefined {
  const names = unlessGone(() => subdirectories(directory)) ?? []
  if (names.includes(unit)) return join(directory, unit)
  if (depth === 0) return undefined
  for (const name of names) {
    if (!name.endsWith('.slice') && !name.startsWith('user@')) continue
    const place = findInSlices(join(directory, name), unit, depth - 1)
    if (place !== undefined) return place
  }
  return undefined
}

function groupsBelow(directory: string): string[] {
  const groups = [directory]
  for (let at = 0; at < groups.length && groups.length < maxGroups; at++) {
    const group = groups[at] as string
    groups.push(...(unlessGone(() => subdirectories(group)) ?? []).map((name) => join(group, name)))
  }
  return groups
}

/** The kernel counts a group's subdirectories among its links: most have none, and are not listed. */
function subdirectories(directory: string): string[] {
  if (statSync(directory).nlink === 2) return []
  const entries = readdirSync(directory, { withFileTypes: true })
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
}

function pidsIn(files: FileReader, group: string): number[] {
  try {
    return files
      .text(`${group}/cgroup.procs`)
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [Number(line)]))
  } catch (error) {
    // Ended since it was listed, or a group of single threads, whose processes the group above it tells.
    if (isGone(error) || (error as NodeJS.ErrnoException).code === 'EOPNOTSUPP') return []
    throw error
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
