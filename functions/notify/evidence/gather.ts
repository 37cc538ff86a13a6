/**
 * What a message shows beside what was decided: a chart of the hours before, and what changed in them. All of it is read and
 * drawn within a short deadline, and what is not there by then is left out: no notice waits for a picture.
 */
import type { Bucket } from '../../../adapters/bucket/port.ts'
import { readShardState } from '../../../adapters/bucket/shard-state.ts'
import type { ChartRenderer } from '../../../adapters/charts/port.ts'
import type { Clock } from '../../../adapters/clock/port.ts'
import { readHistory } from '../../../adapters/history/history.ts'
import type { Log } from '../../../adapters/log/port.ts'
import type { Notice } from '../../../core/notice.ts'
import type { ChartPicture, Evidence } from '../mail/view.ts'
import { changeLines, type KnownChanges } from './changes.ts'
import { chartSize, chartWords, noticeChart } from './chart.ts'
import { type Known, seriesOf, shownMs, shownPeriod } from './series.ts'

export interface EvidenceDeps {
  bucket: Bucket
  charts: ChartRenderer
  clock: Clock
  log: Log
  /** IANA name: the reader's. */
  timeZone: string
  /** Whatever is not there by then is left out. */
  deadlineMs?: number
}

/** Of a larger group the worst are shown. */
const mostShown = 3
const defaultDeadlineMs = 6_000

export type GatherEvidence = (notices: readonly Notice[]) => Promise<ReadonlyMap<string, Evidence>>

/**
 * Of one run: what several receivers are told is drawn once, and after one message that waited in vain no other one waits.
 * Gives what is there of each notice, by its id; never throws, and takes its deadline at most.
 */
export function createEvidence(deps: EvidenceDeps): GatherEvidence {
  const known = new Map<string, Gathering>()
  let isLate = false
  return async (notices) => {
    const gathered = new Map<string, Evidence>()
    const chosen = notices.filter(({ kind }) => kind === 'firing' || kind === 'escalated').toSorted(criticalFirst)
    if (chosen.length === 0 || isLate) return gathered
    const stop = new AbortController()
    const work = async () => {
      for (const notice of chosen.slice(0, mostShown)) {
        if (stop.signal.aborted) return
        const key = `${notice.incident} ${notice.kind} ${notice.atMs}`
        const gathering = known.get(key) ?? gatherOne(deps, notice, stop.signal)
        known.set(key, gathering)
        const changes = await gathering.changes
        gathered.set(notice.id, { changes })
        const chart = await gathering.chart
        if (chart) gathered.set(notice.id, { changes, chart })
      }
    }
    const late = deps.clock.sleep(deps.deadlineMs ?? defaultDeadlineMs, stop.signal).then(() => 'late')
    if ((await Promise.race([work(), late])) === 'late') {
      isLate = true
      deps.log.warn('notices go without their charts: reading and drawing take too long', { id: chosen[0]?.id })
    }
    stop.abort()
    // What comes in later is not mixed in while the message is written.
    return new Map(gathered)
  }
}

function criticalFirst(a: Notice, b: Notice): number {
  return Number(b.severity === 'critical') - Number(a.severity === 'critical')
}

/** Neither ever rejects: what can't be told is left out. */
interface Gathering {
  changes: Promise<readonly string[]>
  chart: Promise<ChartPicture | undefined>
}

function gatherOne({ bucket, charts, timeZone, log }: EvidenceDeps, notice: Notice, signal: AbortSignal): Gathering {
  const without = (what: string) => (error: Error) => {
    log.info(`a notice goes without ${what}`, { id: notice.id, reason: error.message })
    return undefined
  }
  const known = readKnown(bucket, notice).catch(without('the hours before it'))
  const draw = async (): Promise<ChartPicture | undefined> => {
    const read = await known
    const series = read && seriesOf(notice, read)
    if (!series || signal.aborted) return undefined
    const png = await charts.render(noticeChart(series, notice, timeZone), { signal })
    return { png, ...chartSize, alt: chartWords(series, notice, timeZone) }
  }
  return {
    changes: known.then((read) => (read ? changeLines(notice, read, timeZone) : [])).catch(() => []),
    chart: draw().catch(without('its chart')),
  }
}

async function readKnown(bucket: Bucket, notice: Notice): Promise<Known & KnownChanges> {
  const { shard, host } = notice
  const { fromMs, toMs } = shownPeriod(notice)
  const shared = { bucket, shards: [shard], resolution: '5m', hosts: [host] } as const
  const [state, shown, earlier] = await Promise.all([
    readShardState(bucket, shard),
    readHistory({ ...shared, fromMs, toMs }),
    readHistory({ ...shared, fromMs: fromMs - shownMs, toMs: fromMs }),
  ])
  const history = shown.hosts.get(host)
  const before = earlier.hosts.get(host)
  const { recent = [], latest } = state?.state.hosts[host] ?? {}
  return { recent, ...(history ? { history } : {}), ...(before ? { before } : {}), ...(latest ? { latest } : {}) }
}
