/** What stands on the command line of `silence add` and `ack`. */
import { userInfo } from 'node:os'
import type { Severity } from '../../core/alerts/rule.ts'
import type { Settings } from '../../core/settings.ts'
import type { Silence } from '../../core/telling/control.ts'
import { UsageError } from '../errors.ts'
import type { OptionTable, Parsed } from '../options.ts'
import { parseDuration, parseTime } from '../times.ts'

export const matchOptions = {
  host: { value: 'GLOB', meaning: 'of these hosts; may be given more than once', multiple: true },
  tag: { value: 'KEY=GLOB', meaning: 'of hosts that have it; of several each', multiple: true },
  rule: { value: 'GLOB', meaning: 'of these rules; may be given more than once', multiple: true },
  entity: { value: 'GLOB', meaning: 'of these mounts, interfaces …; may be given more than once', multiple: true },
  severity: { value: 'SEVERITY', meaning: 'warning or critical' },
  incident: { value: 'ID', meaning: 'only this incident' },
} as const satisfies OptionTable

export const saidOptions = {
  comment: { value: 'TEXT', meaning: 'why; it stands in the log' },
  by: { value: 'NAME', meaning: 'who says so; default: this user' },
} as const satisfies OptionTable

/** At least one of them is given: `--host '*'` is everything. */
export function readMatch({ values }: Parsed): Silence['match'] {
  const [severity] = values.severity ?? []
  const [incident] = values.incident ?? []
  if (severity !== undefined && severity !== 'warning' && severity !== 'critical') {
    throw new UsageError(`--severity ${severity}: expected warning or critical`)
  }
  for (const tag of values.tag ?? []) {
    if (!/^[^=]+=/.test(tag)) throw new UsageError(`--tag ${tag}: expected KEY=GLOB, e.g. env=prod`)
  }
  const match = {
    ...(severity === undefined ? {} : { severity: severity as Severity }),
    ...(values.host ? { hosts: values.host } : {}),
    ...(values.tag ? { tags: values.tag } : {}),
    ...(values.rule ? { rules: values.rule } : {}),
    ...(values.entity ? { entities: values.entity } : {}),
    ...(incident === undefined ? {} : { incident: readIncident(incident, '--incident ') }),
  }
  if (Object.keys(match).length > 0) return match
  const options = Object.keys(matchOptions).map((name) => `--${name}`)
  throw new UsageError(`what is to be silent? expected one of ${options.join(', ')}; everything: --host '*'`)
}

/** As subjects have it, with its `#` or without. */
export function readIncident(text: string, where = ''): string {
  const id = text.replace(/^#/, '')
  if (/^[0-9a-f]{12}$/.test(id)) return id
  throw new UsageError(`${where}${text}: expected an incident, 12 hex digits: it stands at the end of each subject`)
}

/** From `--from` (now) until `--until`, or for `--for`. */
export function readSpan({ values }: Parsed, { nowMs, timeZone }: { nowMs: number; timeZone: string }) {
  const [from, until, duration] = [values.from?.[0], values.until?.[0], values.for?.[0]]
  const fromMs = from === undefined ? nowMs : parseTime(from, timeZone, 'from')
  if ((until === undefined) === (duration === undefined)) {
    throw new UsageError('for how long? expected --for 2h or --until TIME, and not both')
  }
  const untilMs =
    until === undefined ? fromMs + parseDuration(duration ?? '', 'for') : parseTime(until, timeZone, 'until')
  return { fromMs, untilMs }
}

export function readSaid({ values }: Parsed, { host }: Pick<Settings, 'host'>): { by: string; comment: string } {
  return { by: values.by?.[0] ?? `${userName()}@${host}`, comment: values.comment?.[0] ?? '' }
}

/** Whom the system doesn't know has no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? ''}`.trim()
  }
}
