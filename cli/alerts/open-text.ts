/** `vitals alerts` for people: a few lines an incident. */
import { formatDateTime, formatSince } from '../../core/view/format.ts'
import { harmless } from '../top/cells.ts'
import type { OpenAlert } from './open.ts'
import { ackWords, nameWords, severityWord, silenceWords, span, type When } from './words.ts'

const margin = ' '.repeat(10)

export function openLines(open: readonly OpenAlert[], when: When): string[] {
  if (open.length === 0) return ['Nothing is open.']
  return open.flatMap((alert) => [headOf(alert, when), ...bodyOf(alert, when).map((line) => `${margin}${line}`)])
}

const phases = { firing: '', recovering: ', recovering', 'no-data': ', without data' }

function headOf(alert: OpenAlert, { nowMs, timeZone }: When): string {
  const { severity, startedAtMs, incident, phase } = alert
  const since = `since ${formatDateTime(startedAtMs, timeZone)}, ${span(nowMs - startedAtMs)}`
  return `${severityWord(severity).padEnd(8)}  ${nameWords(alert)}  ${since}${phases[phase]}  #${incident}`
}

function bodyOf(alert: OpenAlert, when: When): string[] {
  const { reason, ack, silences, held, flapping } = alert
  return [
    `${harmless(reason)}${peakWords(alert)}`,
    toldWords(alert, when),
    ...(flapping ? ['flaps: it is kept open until it has been calm'] : []),
    ...(ack ? [ackWords(ack, when)] : []),
    ...silences.map((silence) => silenceWords(silence, when)),
    ...(held === undefined ? [] : [`held back: ${harmless(held)}`]),
  ]
}

/** Where it was worse than when it was told. */
function peakWords({ value, peak }: OpenAlert): string {
  return peak === undefined || peak === value ? '' : `; the worst since then: ${Number(peak.toFixed(2))}`
}

function toldWords({ told }: OpenAlert, { nowMs, timeZone }: When): string {
  if (told.length === 0) return 'nobody was told'
  const words = told.map(({ receiver, firstMs, lastMs, repeats }) => {
    const time = (atMs: number) => formatSince(atMs, nowMs, timeZone)
    const again = repeats === 0 ? '' : `, last ${time(lastMs)} (${repeats} ${repeats === 1 ? 'repeat' : 'repeats'})`
    return `${harmless(receiver)} ${time(firstMs)}${again}`
  })
  return `told ${words.join('; ')}`
}
