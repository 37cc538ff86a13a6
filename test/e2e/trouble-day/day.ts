/**
 * A day of generated trouble: what five hosts are like in each minute of it, and when what they send reaches the store.
 *
 *     web-1     a storm of CPU at night, one while the store is away, one that a silence covers and does not outlive
 *     db-1      busy in its hour of maintenance; a disk that fills up, is nearly full, and is cleaned up
 *     cache-1   gone without a word, and back
 *     batch-1   its memory flaps
 *     edge-1    offline for two hours, with a storm of CPU in them: all of it comes at once
 */
import type { Batch } from '../../../core/batch.ts'
import type { Snapshot } from '../../../core/snapshot.ts'
import { makeBatch, makeSnapshot, minuteMs } from '../../make.ts'

/** A Monday. */
export const dayStartMs = Date.UTC(2026, 2, 2)
export const minutesOfDay = 1_440
export const hosts = ['web-1', 'db-1', 'cache-1', 'batch-1', 'edge-1'] as const
export type Host = (typeof hosts)[number]

/** Snapshots in a batch, each a minute. */
const batchSnapshots = 5

export function at(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

function isDuring(minute: number, from: string, to: string): boolean {
  return at(from) <= minute && minute < at(to)
}

/** The store itself. */
export function isStoreAway(minute: number): boolean {
  return isDuring(minute, '15:00', '15:40')
}

/** What this host sends does not arrive now. */
export function isCutOff(host: Host, minute: number): boolean {
  if (isDuring(minute, '17:00', '17:25')) return true
  return host === 'edge-1' && isDuring(minute, '18:00', '20:00')
}

/** Nothing of it runs. */
export function isGone(host: Host, minute: number): boolean {
  return host === 'cache-1' && isDuring(minute, '11:00', '11:45')
}

export function observe(host: Host, minute: number): Snapshot {
  const atMs = dayStartMs + minute * minuteMs
  const top = { pid: 4_711, name: 'backup', cpuPercent: cpuPercent(host, minute), rssBytes: 40_000_000 }
  return makeSnapshot({
    atMs,
    cpuPercent: cpuPercent(host, minute),
    memoryPercent: memoryPercent(host, minute),
    disks: [
      ['/', 41],
      ['/var/lib', host === 'db-1' ? diskPercent(minute) : 30],
    ],
    processes: { total: 90, top: [top, { pid: 1, name: 'init', cpuPercent: 0.1, rssBytes: 9_000_000 }] },
  })
}

function cpuPercent(host: Host, minute: number): number {
  const isBusy =
    (host === 'web-1' &&
      (isDuring(minute, '03:00', '03:40') ||
        isDuring(minute, '15:05', '15:30') ||
        isDuring(minute, '21:10', '22:20'))) ||
    (host === 'db-1' && isDuring(minute, '02:05', '02:45')) ||
    (host === 'edge-1' && isDuring(minute, '18:30', '19:10'))
  // Never the same twice, and never near the threshold by chance.
  return (isBusy ? 95 : 12) + (minute % 7) / 2
}

function memoryPercent(host: Host, minute: number): number {
  const isHigh = host === 'batch-1' && isDuring(minute, '13:00', '14:30') && minute % 10 < 5
  return isHigh ? 96 : 48
}

/** From five o'clock on it fills up, 12 points an hour; at ten somebody cleans up. */
function diskPercent(minute: number): number {
  if (!isDuring(minute, '05:00', '10:00')) return 60
  return Math.min(99, 60 + (minute - at('05:00')) / 5)
}

/** A host's agent: batches what it saw, keeps what it can't send. */
export function createAgent(host: Host) {
  let open: Snapshot[] = []
  let spool: Batch[] = []
  let stream = 0
  let seq = 0
  const newStream = () => {
    stream += 1
    seq = 0
    open = []
  }
  newStream()
  return {
    /** What reaches the store in this minute: the newest first, as the shipper does with a backlog. */
    minute(minute: number, canSend: boolean): Batch[] {
      if (isGone(host, minute)) {
        newStream()
        return []
      }
      open.push(observe(host, minute))
      if (open.length === batchSnapshots) {
        seq += 1
        const name = `${host}${stream}`
        const header = { shipEveryMs: batchSnapshots * minuteMs, facts: factsOf(host) }
        spool.push(
          makeBatch({
            host,
            stream: Buffer.from(name).toString('hex').padEnd(16, '0').slice(0, 16),
            seq,
            records: open,
            ...header,
          }),
        )
        open = []
      }
      if (!canSend) return []
      const sent = spool.reverse()
      spool = []
      return sent
    },
  }
}

function factsOf(host: Host): Batch['header']['facts'] {
  return { os: 'Debian GNU/Linux 13', tags: { role: host.split('-')[0] ?? '' } }
}
