import { systemClock } from '../../adapters/clock/system.ts'
import type { Collector } from '../../agent/collect/collector.ts'
import { openCollector } from '../../agent/collect/open.ts'
import { localThresholds } from '../../core/alerts/default-rules.ts'
import { thresholdFindings } from '../../core/alerts/threshold-findings.ts'
import type { Snapshot } from '../../core/snapshot.ts'
import { UsageError } from '../errors.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { drawTop, frameOf, type TopView } from '../top/draw.ts'
import { press, type TopState } from '../top/keys.ts'
import { openScreen } from '../top/screen.ts'

/** Rates of the first frame are over this time, or the interval where that is less. */
const firstMs = 500
const leastSeconds = 0.5
const mostSeconds = 3_600
/** Of a frame that is printed and not on a terminal. */
const printedSize = { columns: 80, rows: 40 }
/** By CPU, and as many by memory: together with those by open files and the watched ones what a snapshot holds. */
const topProcesses = 96
const topOpenFiles = 32

type View = Pick<TopView, 'host' | 'timeZone' | 'colour'>

export async function runTop({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const intervalMs = readIntervalMs(parsed)
  const { json, once } = parsed.values
  if (!json && !once) expectTerminal(terminal)
  const { host, timeZone, sensors, watches, pss } = settings
  const rules = localThresholds(settings)
  const collector = openCollector({ clock: systemClock, topProcesses, topOpenFiles, watches, pss, sensors })
  const collect = async () => {
    const snapshot = await collector.collect({ intervalMs })
    return { ...snapshot, findings: thresholdFindings(snapshot, rules) }
  }
  const stop = new AbortController()
  const asked = terminal.stopSignal()
  asked.addEventListener('abort', () => stop.abort())
  const colour = terminal.isForPeople && (terminal.env.NO_COLOR ?? '') === ''
  try {
    const snapshots = snapshotsEach({ intervalMs, collect, once: once !== undefined, signal: stop.signal })
    if (json) await printEach(snapshots, terminal, () => stop.abort())
    else if (once)
      for await (const snapshot of snapshots) terminal.print(drawOnce(snapshot, { host, timeZone, colour }))
    else await drawEach(snapshots, { host, timeZone, colour }, () => stop.abort())
  } finally {
    collector.close()
  }
}

function readIntervalMs({ values }: Parsed): number {
  const [given = '2'] = values.interval ?? []
  const seconds = Number(given)
  if (given.trim() !== '' && seconds >= leastSeconds && seconds <= mostSeconds) return Math.round(seconds * 1_000)
  throw new UsageError(`--interval ${given}: expected seconds from ${leastSeconds} to ${mostSeconds}`)
}

function expectTerminal({ isForPeople, env }: Terminal): void {
  if (isForPeople && env.TERM !== 'dumb') return
  const why = isForPeople ? 'this one can do nothing but print (TERM=dumb)' : 'standard output is none'
  throw new UsageError(
    `vitals top draws on a terminal, and ${why}: take "vitals snapshot --json" for one snapshot, "vitals top --json" for one after the other, "vitals top --once" for one frame`,
  )
}

interface EachOptions {
  intervalMs: number
  collect: Collector['collect'] extends (options: never) => infer Result ? () => Result : never
  once: boolean
  signal: AbortSignal
}

/** The first soon, the others at even distances; one that takes too long lets the next wait, and none comes twice. */
async function* snapshotsEach({ intervalMs, collect, once, signal }: EachOptions): AsyncGenerator<Snapshot> {
  // Rates need a snapshot before.
  await collect()
  await systemClock.sleep(once ? 2 * firstMs : Math.min(firstMs, intervalMs), signal)
  let nextMs = systemClock.monotonicMs()
  while (!signal.aborted) {
    yield await collect()
    if (once) return
    nextMs = Math.max(nextMs + intervalMs, systemClock.monotonicMs())
    await systemClock.sleep(nextMs - systemClock.monotonicMs(), signal)
  }
}

async function printEach(snapshots: AsyncIterable<Snapshot>, terminal: Terminal, stop: () => void): Promise<void> {
  // `vitals top --json | head`: whoever reads has gone, and that is no error of ours.
  process.stdout.on('error', ignoreUnless(['EPIPE'], stop))
  for await (const snapshot of snapshots) terminal.print(JSON.stringify(snapshot))
}

function ignoreUnless(codes: readonly string[], then: () => void): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    if (!codes.includes(error.code ?? '')) throw error
    then()
  }
}

function drawOnce(snapshot: Snapshot, view: View): string {
  const { columns = printedSize.columns, rows = printedSize.rows } = process.stdout
  // The shell's prompt takes the last line.
  return drawTop(snapshot, { ...view, columns, rows: Math.max(1, rows - 1), sort: 'cpu' })
}

async function drawEach(snapshots: AsyncIterable<Snapshot>, view: View, stop: () => void): Promise<void> {
  let state: TopState = { sort: 'cpu', offset: 0 }
  let latest: Snapshot | undefined
  let tableRows = 0
  const draw = () => {
    if (!latest) return
    const frame = frameOf(latest, { ...view, ...state, ...screen.size(), keys: true })
    state = { ...state, offset: frame.offset }
    tableRows = frame.tableRows
    screen.show(frame.text)
  }
  const screen = openScreen({
    input: process.stdin,
    output: process.stdout,
    onKey: (key) => {
      if (key.kind === 'quit') return stop()
      state = press(state, key, tableRows)
      draw()
    },
    onChange: draw,
    onEnd: stop,
  })
  try {
    for await (const snapshot of snapshots) {
      latest = snapshot
      draw()
    }
  } finally {
    screen.close()
  }
}
