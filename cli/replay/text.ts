/** `vitals replay` for people. */
import { alertName } from '../../core/alerts/finding.ts'
import { type Compared, noticeOf, type ReceiverSum, sumByDay, sumByReceiver } from '../../core/replay/compare.ts'
import { formatDate, formatDateTime, formatDuration, formatNumber } from '../../core/view/format.ts'
import { printable } from '../../core/view/html.ts'
import { oneLine, plainSpaces } from '../../core/view/line.ts'
import { alignedLines } from '../aligned.ts'
import type { Replayed } from './replay.ts'

export interface ReplayFrame {
  fromMs: number
  toMs: number
  timeZone: string
  /** Of the rules. */
  path: string
}

const marks = { same: '=', added: '+', gone: '-' } as const
const weekMs = 7 * 86_400_000

export function replayLines(replayed: Replayed, frame: ReplayFrame): string[] {
  const { notices } = replayed
  const time = (atMs: number) => formatDateTime(atMs, frame.timeZone)
  const head = `${time(frame.fromMs)} to ${time(frame.toMs)} ${frame.timeZone}, ${formatNumber(replayed.blocks)} runs of evaluate`
  const sums = sumByReceiver(notices)
  return [
    head,
    ...verdictLines(replayed, frame),
    ...shortenedLines(replayed, time),
    '',
    ...(notices.length === 0
      ? ['Nobody was told of anything, and nobody would be.']
      : [...noticeLines(notices, time), '', ...sumLines(sums, frame), ...dayLines(notices, frame)]),
  ]
}

/** Are these the rules that decided, and did they decide the same? */
function verdictLines(
  { decisions, foreign, differences, blocks }: Replayed,
  { path, timeZone }: ReplayFrame,
): string[] {
  if (blocks === 0) return []
  const [first] = differences
  if (first) {
    const place = `block ${first.block} of shard ${first.shard}, row ${first.row}`
    return [
      `NOT the same: the rules are, but evaluate decided otherwise at ${place}: was it another version then?`,
      `  was ${printable(first.was ?? 'nothing')}`,
      `  is  ${printable(first.is ?? 'nothing')}`,
    ]
  }
  if (!foreign) return [`${formatNumber(decisions)} decisions, byte for byte the same: these rules decided them.`]
  const instead = `with ${oneLine(path)} instead of`
  if (foreign.isFirst) return [`${instead.replace('w', 'W')} the rules that decided:`]
  const since = `${formatDateTime(foreign.atMs, timeZone)}; from there on, block ${foreign.block} of shard ${foreign.shard}`
  return [`These rules decided until ${since}, ${instead} those that did:`]
}

function shortenedLines({ shortened }: Replayed, time: (atMs: number) => string): string[] {
  return shortened.map(({ shard, fromMs }) =>
    fromMs === undefined
      ? `! Nothing of shard ${shard} can be replayed: the log of that time was swept, or no checkpoint lies in it (one is made each day).`
      : `! Shard ${shard}: the log, or its first checkpoint, reaches back to ${time(fromMs)} only; before that nothing is compared.`,
  )
}

function noticeLines(notices: readonly Compared[], time: (atMs: number) => string): string[] {
  const rows = notices.map((compared) => {
    const { atMs, severity, kind, receiver, host, rule, entity, reason } = noticeOf(compared)
    const words = [severity, kind, receiver, host, alertName({ rule, entity }), `${reason}${moved(compared)}`]
    return [marks[compared.change], time(atMs), ...words]
  })
  return alignedLines([['', 'time', 'severity', 'notice', 'receiver', 'host', 'alert', 'reason'], ...rows])
}

/** When the same notice comes at another time. */
function moved(compared: Compared): string {
  if (compared.change !== 'same') return ''
  const byMs = compared.is.atMs - compared.was.atMs
  if (Math.abs(byMs) < 1_000) return ''
  return plainSpaces(` (${formatDuration(Math.abs(byMs))} ${byMs > 0 ? 'later' : 'earlier'}: ${compared.is.reason})`)
}

function sumLines(sums: readonly ReceiverSum[], { fromMs, toMs }: ReplayFrame): string[] {
  const weeks = (toMs - fromMs) / weekMs
  const aWeek = (count: number) => (count / weeks).toFixed(1)
  const rows = sums.map(({ receiver, was, is, added, gone }) => {
    return [receiver, was, is, added, gone, `${aWeek(was)} -> ${aWeek(is)}`]
  })
  return alignedLines([['receiver', 'were', 'would be', 'added', 'gone', 'a week'], ...rows])
}

function dayLines(notices: readonly Compared[], { timeZone }: ReplayFrame): string[] {
  const days = sumByDay(notices, (atMs) => formatDate(atMs, timeZone))
  if (days.length < 2) return []
  return ['', ...alignedLines([['day', 'were', 'would be'], ...days.map(({ day, was, is }) => [day, was, is])])]
}
