/** Who was told what, as the rows of runs say it: the same of the log and of a replay. */
import type { Severity } from '../alerts/rule.ts'
import { type NoticeKind, receiverOfNotice } from '../notice.ts'
import type { BlockRow } from '../shard/block.ts'
import type { Told } from '../telling/told.ts'

/** One notice. Times are UTC, milliseconds. */
export interface ToldOnce {
  /** Of the run that decided it. */
  atMs: number
  receiver: string
  kind: NoticeKind
  severity: Severity
  host: string
  rule: string
  entity: string
  reason: string
  incident: string
}

/** From when to when an incident was, by event time. */
export interface Span {
  fromMs: number
  /** Absent: it goes on. */
  toMs?: number
}

export interface Tellings {
  told: ToldOnce[]
  /** By incident. */
  spans: Map<string, Span>
}

/** `open`: of the state that the runs began with. */
export function noTellings(open: Readonly<Record<string, Told>>): Tellings {
  const spans = Object.entries(open).map(([incident, { startedAtMs, endedAtMs }]) => [
    incident,
    { fromMs: startedAtMs, ...(endedAtMs === undefined ? {} : { toMs: endedAtMs }) },
  ])
  return { told: [], spans: new Map(spans as [string, Span][]) }
}

/** Notes what the rows of one more run say. */
export function addTellings({ told, spans }: Tellings, rows: readonly BlockRow[]): void {
  for (const row of rows) {
    if (row.kind === 'transition' && row.incident) {
      const { id, startedAtMs } = row.incident
      const isOver = row.to === 'ok' || row.to === 'pending'
      spans.set(id, { fromMs: startedAtMs, ...(isOver ? { toMs: row.atMs } : {}) })
    }
    if (row.kind !== 'telling') continue
    const { tell: kind, notices, decidedAtMs: atMs, severity, host, rule, entity, reason, incident } = row
    for (const id of notices) {
      const receiver = receiverOfNotice(id, { incident, kind })
      told.push({ atMs, receiver, kind, severity, host, rule, entity, reason, incident })
    }
  }
}
