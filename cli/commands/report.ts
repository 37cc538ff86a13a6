import { systemClock } from '../../adapters/clock/system.ts'
import { composeFunctions } from '../../embedded/functions.ts'
import { writeReport } from '../../embedded/report-files.ts'
import { parseRequest } from '../../functions/report/handler.ts'
import type { ReportRequest } from '../../functions/report/make-report.ts'
import { UsageError } from '../errors.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { parseTime } from '../times.ts'

/** Rolls up what the log has, then makes the report into a directory. */
export async function runReport({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const request = readRequest(parsed, settings.timeZone)
  const functions = await composeFunctions({ settings, log: terminal.createLog('stderr', settings.timeZone) })
  terminal.progress('rolling up …')
  const onProgress = (done: number, all: number) => terminal.progress(`chart ${done} of ${all} …`)
  const { made, paths } = await writeReport({
    functions,
    request: { ...request, onProgress },
    directory: parsed.values.out?.[0] ?? settings.logDir,
  })
  terminal.progress('')
  if (parsed.values.json) return terminal.print(JSON.stringify({ summary: made.report.summary, files: paths }))
  terminal.print(made.text)
  for (const path of paths) terminal.print(path)
}

function readRequest(parsed: Parsed, timeZone: string): ReportRequest {
  const event = eventOf(parsed, timeZone)
  try {
    return parseRequest(event, systemClock.now())
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function eventOf({ values }: Parsed, timeZone: string) {
  const [to] = values.to ?? []
  return {
    ...(values.host ? { hosts: [...values.host] } : {}),
    ...beginningOf(values, timeZone),
    ...(to === undefined ? {} : { toMs: parseTime(to, timeZone, 'to') }),
  }
}

const hoursOf = { hours: 1, days: 24 } as const

/** Said in one way at most; not at all: as the function has it. */
function beginningOf(values: Parsed['values'], timeZone: string): { hours?: number; fromMs?: number } {
  const said = (['hours', 'days', 'from'] as const).flatMap((name) => {
    const [value] = values[name] ?? []
    return value === undefined ? [] : [{ name, value }]
  })
  const [first, second] = said
  if (!first) return {}
  if (second) throw new UsageError(`--${first.name} and --${second.name}: expected one of them`)
  const { name, value } = first
  if (name === 'from') return { fromMs: parseTime(value, timeZone, name) }
  if (!(Number(value) > 0)) throw new UsageError(`--${name} ${value}: expected a number above 0`)
  return { hours: Number(value) * hoursOf[name] }
}
