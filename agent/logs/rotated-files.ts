/**
 * What became of a log file: `name.20261123T101500Z`, and `name.20261123T101500Z.gz` once it is compressed (gzip: `zless` and
 * `zgrep` read it). Compressing may be interrupted at any point: a `.partial` is begun again, and a file goes only when its
 * `.gz` is whole. Files that are not named so are somebody else's, and are left alone.
 */
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream'
import { promisify } from 'node:util'
import { createGzip } from 'node:zlib'
import type { Clock } from '../../adapters/clock/port.ts'
import type { Log } from '../../adapters/log/port.ts'

export interface Retention {
  /** Files kept. */
  keep: number
  /** Of a file, from when it was turned over. */
  maxAgeMs: number
}

export interface RotatedFiles {
  /** Where the file may be moved to: nothing is there. */
  freeName(): string
  /** Begins to compress and to sweep, unless that goes on. */
  tidy(): void
  settled(): Promise<void>
}

/** One file that was turned over, whichever forms of it are there. */
interface RotatedFile {
  /** Without `.gz`. */
  path: string
  turnedOverAtMs: number
}

const stampPattern = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(?:-(\d+))?$/
const compressed = '.gz'
const partial = '.gz.partial'

export function createRotatedFiles({
  path,
  keep,
  maxAgeMs,
  clock,
  log,
}: Retention & { path: string; clock: Clock; log: Log }): RotatedFiles {
  let work: Promise<void> | undefined
  let isWanted = false
  let isFailing = false

  const tidyOnce = async () => {
    const files = rotatedFiles(path)
    const oldestMs = clock.now() - maxAgeMs
    const gone = files.filter(({ turnedOverAtMs }, index) => index >= keep || turnedOverAtMs < oldestMs)
    for (const file of gone) for (const suffix of ['', compressed, partial]) rmSync(file.path + suffix, { force: true })
    for (const file of files.filter((one) => !gone.includes(one))) await compress(file.path)
  }
  const tidyAll = async () => {
    try {
      while (isWanted) {
        isWanted = false
        await tidyOnce()
      }
      if (isFailing) log.info('rotated logs are compressed again', { path })
      isFailing = false
    } catch (error) {
      if (!isFailing)
        log.warn('a rotated log can not be compressed or removed', { path, reason: (error as Error).message })
      isFailing = true
    } finally {
      work = undefined
    }
  }

  return {
    freeName: () => {
      const stamp = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, '')
      for (let number = 1; ; number++) {
        const name = `${path}.${stamp}${number === 1 ? '' : `-${number}`}`
        if (!existsSync(name) && !existsSync(name + compressed)) return name
      }
    },
    tidy: () => {
      isWanted = true
      // Never within the line that is being written.
      work ??= Promise.resolve().then(tidyAll)
    },
    settled: async () => {
      while (work) await work
    },
  }
}

/** The log with all that it was turned over into, oldest first. */
export function logFiles(path: string): string[] {
  const older = rotatedFiles(path).toReversed()
  return [...older.map((file) => (existsSync(file.path + compressed) ? file.path + compressed : file.path)), path]
}

/** Newest first. */
function rotatedFiles(path: string): RotatedFile[] {
  const directory = dirname(path)
  if (!existsSync(directory)) return []
  const prefix = `${basename(path)}.`
  const stamps = new Set<string>()
  for (const name of readdirSync(directory)) {
    if (!name.startsWith(prefix)) continue
    const stamp = name.slice(prefix.length).replace(/\.gz(?:\.partial)?$/, '')
    if (stampPattern.test(stamp)) stamps.add(stamp)
  }
  return [...stamps]
    .map((stamp) => ({ path: join(directory, prefix + stamp), ...timeOf(stamp) }))
    .sort((a, b) => b.turnedOverAtMs - a.turnedOverAtMs || b.number - a.number)
}

function timeOf(stamp: string): { turnedOverAtMs: number; number: number } {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, number = 1] = (stampPattern.exec(stamp) ?? [])
    .slice(1)
    .map((digits) => (digits === undefined ? undefined : Number(digits)))
  return { turnedOverAtMs: Date.UTC(year, month - 1, day, hour, minute, second), number }
}

const throughGzip = promisify(pipeline)

/** Does what is left to do of it: begun anew, or only its source removed. */
async function compress(path: string): Promise<void> {
  if (existsSync(path) && !existsSync(path + compressed)) {
    await throughGzip(createReadStream(path), createGzip(), createWriteStream(path + partial, { mode: 0o640 }))
    sync(path + partial)
    renameSync(path + partial, path + compressed)
  }
  rmSync(path + partial, { force: true })
  if (existsSync(path + compressed)) rmSync(path, { force: true })
}

function sync(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
