/** `vitals silence list` for people: what holds now first, a line each, and who said why below it. */
import { type Ack, type Control, isOver, isSilent, type Silence } from '../../core/telling/control.ts'
import { formatDateTime } from '../../core/view/format.ts'
import { printable } from '../../core/view/html.ts'

export type SilenceState = 'active' | 'pending' | 'over'

export function stateOfSilence(silence: Silence, nowMs: number): SilenceState {
  if (isSilent(silence, nowMs)) return 'active'
  return isOver(silence, nowMs) ? 'over' : 'pending'
}

const order = { active: 0, pending: 1, over: 2 }

export function silenceLines({ silences, acks }: Control, { nowMs, timeZone }: { nowMs: number; timeZone: string }) {
  const sorted = silences
    .map((silence) => ({ silence, state: stateOfSilence(silence, nowMs) }))
    .sort((a, b) => order[a.state] - order[b.state] || a.silence.untilMs - b.silence.untilMs)
  const live = acks.filter(({ untilMs }) => nowMs < untilMs)
  const time = (atMs: number) => `${formatDateTime(atMs, timeZone)} ${timeZone}`
  const lines = [
    ...sorted.flatMap(({ silence, state }) => linesOfSilence(silence, state, time)),
    ...live.flatMap((ack) => linesOfAck(ack, time)),
  ]
  return lines.length === 0 ? ['Nothing is silenced, and nothing acknowledged.'] : lines.map(printable)
}

function linesOfSilence(silence: Silence, state: SilenceState, time: (atMs: number) => string): string[] {
  const { id, match, fromMs, untilMs, expiredAtMs = untilMs } = silence
  const when = state === 'pending' ? `from ${time(fromMs)} ` : ''
  const words = matchWords(match)
  return [`${id}  ${state.padEnd(7)}  ${words}, ${when}until ${time(Math.min(untilMs, expiredAtMs))}`, whoSaid(silence)]
}

function linesOfAck(ack: Ack, time: (atMs: number) => string): string[] {
  return [`#${ack.incident}  acknowledged until ${time(ack.untilMs)}`, whoSaid(ack)]
}

function whoSaid({ by, comment }: { by: string; comment: string }): string {
  return `          ${by}${comment === '' ? '' : `: ${comment}`}`
}

/** `host web-* or db-*, tag env=prod, rule cpu` */
export function matchWords({ incident, severity, ...globs }: Silence['match']): string {
  const lists = [
    ['host', globs.hosts, ' or '],
    ['tag', globs.tags, ' and '],
    ['rule', globs.rules, ' or '],
    ['entity', globs.entities, ' or '],
  ] as const
  const words = lists.flatMap(([name, list, between]) => (list ? [`${name} ${list.join(between)}`] : []))
  const alone = [...(incident === undefined ? [] : [`incident #${incident}`]), ...(severity ? [severity] : [])]
  return [...alone, ...words].join(', ')
}
