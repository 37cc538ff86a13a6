/** The text part: all that the HTML says, for readers without it, pagers and screens read aloud. */
import { plainSpaces } from '../../../core/view/line.ts'
import type { Action, Badge, NoticeView } from './view.ts'

export function textOf({
  badge,
  host,
  headline,
  facts,
  processesTitle,
  processes,
  chart,
  changes,
  actions,
  footer,
}: NoticeView): string {
  const status = statusOf(badge)
  const width = Math.max(...facts.map(({ label }) => label.length)) + 2
  const lines = [
    `${status}  ${host}`,
    headline,
    '',
    ...facts.flatMap(({ label, value, note }) => [
      `${`${label}:`.padEnd(width)}${value}`,
      ...(note === undefined ? [] : [`${' '.repeat(width)}${note}`]),
    ]),
    ...linesOf(actions),
    ...(processes.length === 0 ? [] : ['', `${processesTitle} (100 % CPU is one core busy):`, ...tableOf(processes)]),
    ...(chart ? ['', chart.alt] : []),
    ...(changes.length === 0 ? [] : ['', 'What changed since:', ...changes.map((change) => `  ${change}`)]),
    '',
    // RFC 3676: mail readers know what follows as a signature.
    '-- ',
    ...footer,
  ]
  return `${plainSpaces(lines.join('\n'))}\n`
}

/** `WARNING (firing)` */
export function statusOf({ word, note }: Badge): string {
  return note === '' ? word.toUpperCase() : `${word.toUpperCase()} (${note})`
}

/** An address has a line of its own: what stands before it would be taken for a part of it. */
export function linesOf(actions: readonly Action[]): string[] {
  return actions.flatMap(({ label, href }) => ['', `${label}:`, href])
}

const whoLength = 64

function tableOf(processes: NoticeView['processes']): string[] {
  const cpuWidth = Math.max(...processes.map(({ cpu }) => cpu.length))
  const memoryWidth = Math.max(...processes.map(({ memory }) => memory.length))
  return processes.map(({ name, detail, cpu, memory }) => {
    const who = `${name} (${detail})`
    const shown = [...who].slice(0, whoLength).join('')
    return `  ${cpu.padStart(cpuWidth)}  ${memory.padStart(memoryWidth)}  ${shown}`
  })
}
