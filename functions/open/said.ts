/** What operators said of an alert: who takes care of it, and what silences it. */
import type { HostNow } from '../../core/now.ts'
import { type Ack, type Control, isSilent, type Silence } from '../../core/telling/control.ts'
import { matches, type Subject } from '../../core/telling/match.ts'
import { formatSince } from '../../core/view/format.ts'
import { type Html, html } from '../../core/view/html.ts'
import type { ViewTime } from './host-view.ts'
import { pill } from './pill.ts'

export interface Said {
  ack?: Ack
  silences: Silence[]
}

export function saidOf({ acks, silences }: Control, subject: Subject, nowMs: number): Said {
  const ack = acks.find(({ incident, untilMs }) => incident === subject.incident && nowMs < untilMs)
  return {
    ...(ack ? { ack } : {}),
    silences: silences.filter((one) => isSilent(one, nowMs) && matches(one.match, subject)),
  }
}

export function saidOfAlert(control: Control, host: HostNow, alert: HostNow['alerts'][number], nowMs: number): Said {
  const incident = ('incident' in alert.alert ? alert.alert.incident?.id : undefined) ?? ''
  const { rule, entity, severity } = alert
  return saidOf(control, { host: host.host, tags: host.facts.tags ?? {}, rule, entity, severity, incident }, nowMs)
}

/** A line each. */
export function saidLines({ ack, silences }: Said, { timeZone, nowMs }: ViewTime): Html[] {
  const until = (atMs: number) => formatSince(atMs, nowMs, timeZone)
  return [
    ...(ack
      ? [
          html`${pill({ word: 'Acknowledged', colour: 'ok' })} by ${ack.by} until ${until(ack.untilMs)}${ack.comment !== '' && html`: ${ack.comment}`}`,
        ]
      : []),
    ...silences.map(
      ({ id, by, comment, untilMs }) =>
        html`${pill({ word: 'Silenced', colour: 'stopped' })} by ${by} until ${until(untilMs)}${comment !== '' && html`: ${comment}`} <span class="muted small">(${id})</span>`,
    ),
  ]
}
