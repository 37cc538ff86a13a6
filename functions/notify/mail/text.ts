/** The text part: all that the HTML says, for readers without it, pagers and screens read aloud. */
import { plainSpaces } from '../../../core/view/line.ts'
import type { NoticeView } from './view.ts'

export function textOf({
  badge,
  host,
  headline,
  facts,
  processesTitle,
  processes,
  button,
  footer,
}: NoticeView): string {
  const status = badge.note === '' ? badge.word.toUpperCase() : `${badge.word.toUpperCase()} (${badge.note})`
  const width = Math.max(...facts.map(({ label }) => label.length)) + 2
  const lines = [
    `${status}  ${host}`,
    headline,
    '',
    ...facts.flatMap(({ label, value, note }) => [
      `${`${label}:`.padEnd(width)}${value}`,
      ...(note === undefined ? [] : [`${' '.repeat(width)}${note}`]),
    ]),
    ...(processes.length === 0 ? [] : ['', `${processesTitle} (100 % CPU is one core busy):`, ...tableOf(processes)]),
    ...(button ? ['', `${button.label}: ${button.href}`] : []),
    '',
    // RFC 3676: mail readers know what follows as a signature.
    '-- ',
    ...footer,
  ]
  return `${plainSpaces(lines.join('\n'))}\n`
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
