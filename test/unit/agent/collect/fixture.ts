/** A captured host in a directory of its own, of which a test changes what it is about. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Clock } from '../../../../adapters/clock/port.ts'
import type { Roots } from '../../../../agent/collect/roots.ts'

const fixtures = new URL('../../../fixtures/proc/', import.meta.url).pathname

/** Directories of test/fixtures/proc, whose README says what each of them is. */
export const kernels = ['linux-3.10', 'linux-4.19', 'linux-5.10', 'linux-6.1', 'linux-6.18'] as const
export type Kernel = (typeof kernels)[number]

export interface FixtureHost extends Disposable {
  roots: Roots
  /** Path below the host, `proc/stat`. */
  write(path: string, content: string | Uint8Array): void
  remove(path: string): void
}

export function fixtureHost(kernel: Kernel = 'linux-6.18'): FixtureHost {
  const directory = mkdtempSync(join(tmpdir(), 'vitals-proc-'))
  cpSync(join(fixtures, kernel), directory, { recursive: true })
  return {
    roots: { proc: join(directory, 'proc'), sys: join(directory, 'sys'), etc: join(directory, 'etc') },
    write(path, content) {
      mkdirSync(dirname(join(directory, path)), { recursive: true })
      writeFileSync(join(directory, path), content)
    },
    remove: (path) => rmSync(join(directory, path), { recursive: true }),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
  }
}

/** A line of /proc/PID/stat. */
export function statLine(options: {
  pid: number
  name: string
  ppid?: number
  state?: string
  cpuTicks?: number
  threads?: number
  startTicks?: number
  rssPages?: number
}): string {
  const { pid, name, ppid = 1, state = 'S', cpuTicks = 0, threads = 1, startTicks = 100, rssPages = 10 } = options
  return `${pid} (${name}) ${state} ${ppid} 1 1 0 -1 4194560 5 6 7 8 ${cpuTicks} 0 9 9 20 0 ${threads} 0 ${startTicks} 4096 ${rssPages} 18446744073709551615 1 1\n`
}

export interface HandClock extends Clock {
  advance(ms: number): void
}

/** Moves when told to; who sleeps waits for ever or until told to stop. */
export function handClock(startMs = 1_795_421_338_000): HandClock {
  let ms = 0
  return {
    now: () => startMs + ms,
    monotonicMs: () => ms,
    sleep: (_, signal) => new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true })),
    advance: (by) => {
      ms += by
    },
  }
}
