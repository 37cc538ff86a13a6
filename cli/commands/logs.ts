import { join } from 'node:path'
import { systemClock } from '../../adapters/clock/system.ts'
import { logFileNames } from '../../agent/logs/file-names.ts'
import { logFiles } from '../../agent/logs/rotated-files.ts'
import { UsageError } from '../errors.ts'
import { followLog } from '../logs/follow.ts'
import { mergeByTime } from '../logs/merge.ts'
import { type Read, readLogFile } from '../logs/records.ts'
import { type LogName, logNames, recordText } from '../logs/text.ts'
import { selectValues, valuesOf } from '../logs/values.ts'
import type { Parsed } from '../options.ts'
import { readerGone } from '../reader-gone.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { parseDuration, parseTime } from '../times.ts'

const usualMs = 3_600_000
/** Shown of each log before what comes. */
const followedLines = 10

interface Said {
  log: LogName
  read: Read
}

/** The agent's logs of this machine, with all that they were turned over into. */
export async function runLogs({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const { logDir, timeZone } = readSettings(terminal.env, parsed)
  const logs = namesOf(parsed.values.log)
  const period = periodOf(parsed, timeZone)
  const print = createPrinter({ parsed, terminal, timeZone })
  const isWanted = ({ read }: Said) =>
    'damage' in read || (read.record.atMs >= period.fromMs && read.record.atMs < period.toMs)
  const pathOf = (log: LogName) => join(logDir, logFileNames[log])
  if (!parsed.values.follow) {
    const sources = logs.map((log) => ({ items: allOf(log, pathOf(log)), timeOf: timeOf }))
    for await (const said of mergeByTime(sources)) if (isWanted(said)) print(said)
    return
  }
  const signal = AbortSignal.any([terminal.stopSignal(), readerGone()])
  await Promise.all(
    logs.map(async (log) => {
      let waiting: Said[] | undefined = []
      for await (const read of followLog({ path: pathOf(log), clock: systemClock, signal })) {
        if (read === 'caught up') {
          for (const said of waiting?.slice(period.isSaid ? 0 : -followedLines) ?? []) print(said)
          waiting = undefined
          continue
        }
        const said = { log, read }
        if (!isWanted(said)) continue
        if (waiting) waiting.push(said)
        else print(said)
      }
    }),
  )
}

async function* allOf(log: LogName, path: string): AsyncGenerator<Said> {
  for (const file of logFiles(path)) for await (const read of readLogFile(file)) yield { log, read }
}

function timeOf({ read }: Said): number | undefined {
  return 'record' in read ? read.record.atMs : undefined
}

function createPrinter({ parsed, terminal, timeZone }: { parsed: Parsed; terminal: Terminal; timeZone: string }) {
  const warnings = terminal.createLog('stderr', timeZone)
  const metrics = parsed.values.metric?.flatMap((globs) => globs.split(',').map((glob) => glob.trim()))
  const colour = terminal.isForPeople && (terminal.env.NO_COLOR ?? '') === ''
  return ({ log, read }: Said) => {
    if ('damage' in read) {
      const { path, line, reason } = read.damage
      warnings.warn('a line of the log can not be read, and is left out', { path, line, reason })
      return
    }
    const { fields } = read.record
    if (parsed.values.json) {
      if (!metrics) return terminal.print(JSON.stringify(fields))
      const asked = selectValues(valuesOf(fields), metrics)
      if (asked.size > 0)
        terminal.print(JSON.stringify({ time: fields.time, host: fields.host, ...Object.fromEntries(asked) }))
      return
    }
    const text = recordText(log, read.record, { timeZone, colour, ...(metrics ? { metrics } : {}) })
    if (text !== undefined) terminal.print(text)
  }
}

function namesOf(given: readonly string[] = ['system', 'alerts']): LogName[] {
  return given.map((name) => {
    const found = logNames.find((known) => known === name)
    if (!found) throw new UsageError(`--log ${name}: expected one of ${logNames.join(', ')}`)
    return found
  })
}

function periodOf({ values }: Parsed, timeZone: string): { fromMs: number; toMs: number; isSaid: boolean } {
  const [from] = values.from ?? []
  const [to] = values.to ?? []
  const [since] = values.since ?? []
  if (from !== undefined && since !== undefined) throw new UsageError('--from and --since: expected one of them')
  const toMs = to === undefined ? Number.POSITIVE_INFINITY : parseTime(to, timeZone, 'to')
  const isSaid = from !== undefined || since !== undefined
  if (from !== undefined) return { fromMs: parseTime(from, timeZone, 'from'), toMs, isSaid }
  if (since !== undefined) return { fromMs: systemClock.now() - parseDuration(since, 'since'), toMs, isSaid }
  return { fromMs: values.follow ? 0 : Math.min(toMs, systemClock.now()) - usualMs, toMs, isSaid }
}
