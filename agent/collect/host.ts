/** The host's own clock and identity (/proc/uptime, boot_id), and what doesn't change of it. */
import { readFileSync } from 'node:fs'
import { arch, cpus, release } from 'node:os'
import { limits } from '../../core/limits.ts'
import type { HostFacts, Snapshot } from '../../core/snapshot.ts'
import { known, wholeOrUndefined } from './counters.ts'
import type { FileReader } from './read-file.ts'
import type { Roots } from './roots.ts'
import { clip, type Unavailable } from './unavailable.ts'

interface HostMoment extends Pick<Snapshot, 'sinceBootMs' | 'bootId'> {
  /** Wall clock of the boot, as the kernel counts it now. */
  bootAtMs?: number
}

export interface HostReader {
  read(options: { nowMs: number; unavailable: Unavailable }): HostMoment
}

/** The kernel gives the time of boot in whole seconds; only a clock that was set moves it further. */
const clockStepMs = 2_000

export function createHostReader({ files, roots }: { files: FileReader; roots: Roots }): HostReader {
  let bootId: string | undefined
  /** /proc/stat is the costliest of the fixed files: it is read again only after the wall clock was set. */
  let boot: { atMs: number; offsetMs: number } | undefined
  return {
    read({ nowMs, unavailable }) {
      const sinceBootMs = unavailable.attempt('sinceBootMs', () => parseUptime(files.kept(`${roots.proc}/uptime`)))
      bootId ??= unavailable.attempt('bootId', () => parseBootId(files.text(`${roots.proc}/sys/kernel/random/boot_id`)))
      const offsetMs = nowMs - (sinceBootMs ?? nowMs)
      if (!boot || Math.abs(offsetMs - boot.offsetMs) > clockStepMs) {
        const atMs = unavailable.attempt('processes.startedAtMs', () => parseBootTime(files.kept(`${roots.proc}/stat`)))
        boot = atMs === undefined ? undefined : { atMs, offsetMs }
      }
      return known({ sinceBootMs, bootId, bootAtMs: boot?.atMs })
    },
  }
}

function parseBootId(text: string): string {
  const id = nameOrUndefined(text.trim())
  if (id === undefined) throw new Error('read boot_id: it is empty, expected 36 letters')
  return id
}

/** `5005.08 9100.57`: seconds since boot, with the time asleep; seconds that cores were idle. */
function parseUptime(text: string): number {
  const seconds = Number.parseFloat(text)
  const sinceBootMs = wholeOrUndefined(Math.round(seconds * 1_000))
  if (sinceBootMs === undefined)
    throw new Error(`parse /proc/uptime: ${JSON.stringify(text.slice(0, 40))}, expected seconds`)
  return sinceBootMs
}

/** `btime 1795415086`: seconds since the epoch. */
function parseBootTime(text: string): number | undefined {
  const seconds = /^btime (\d+)/m.exec(text)?.[1]
  return seconds === undefined ? undefined : wholeOrUndefined(Number(seconds) * 1_000)
}

/** What can be told at once, without asking any program. */
export function quickFacts(roots: Roots): HostFacts {
  const [firstCore] = cpus()
  return known({
    os: osName(roots),
    kernel: nameOrUndefined(release()),
    arch: nameOrUndefined(arch()),
    cpuModel: nameOrUndefined(firstCore?.model.trim()),
    cores: cpus().length || undefined,
  })
}

/** `PRETTY_NAME` of os-release(5), whose values are quoted as in a shell. */
function osName(roots: Roots): string | undefined {
  try {
    const line = /^PRETTY_NAME=(.*)$/m.exec(readFileSync(`${roots.etc}/os-release`, 'utf8'))?.[1]
    return nameOrUndefined(
      line
        ?.trim()
        .replace(/^(["'])(.*)\1$/, '$2')
        .replace(/\\(.)/g, '$1'),
    )
  } catch {
    return undefined
  }
}

export function nameOrUndefined(text: string | undefined): string | undefined {
  return text ? clip(text, limits.nameLength) : undefined
}
