/** The steps of one incident, out of the rows of blocks: what was decided, told, held and said, and of which samples. */
import type { Transition } from '../alerts/alert.ts'
import { inboxKey } from '../keys.ts'
import type { BlockRow, HeldRow, TellingRow } from '../shard/block.ts'
import type { Ack, Silence } from '../telling/control.ts'
import { matches, type Subject } from '../telling/match.ts'

/** A sample that the evaluator had, and where it came from. */
export interface SampleOrigin {
  atMs: number
  /** Of the batch; it was deleted once it was taken. */
  inboxKey: string
}

export type StepRow =
  | Transition
  | TellingRow
  | HeldRow
  | { kind: 'acknowledged'; ack: Ack }
  | { kind: 'silenced'; silence: Silence }

export type IncidentSubject = Pick<Subject, 'incident' | 'host' | 'rule' | 'entity'>

/** In the order of the block. `known`: what operators said in blocks before it, as JSON; filled here. */
export function stepsIn(rows: readonly BlockRow[], incident: IncidentSubject, known: Set<string>): StepRow[] {
  return rows.flatMap((row) => stepsOf(row, incident, known))
}

function stepsOf(row: BlockRow, incident: IncidentSubject, known: Set<string>): StepRow[] {
  const { incident: id } = incident
  switch (row.kind) {
    case 'transition':
      return row.incident?.id === id || row.amends === id ? [row] : []
    case 'telling':
    case 'held':
      return row.incident === id ? [row] : []
    case 'control': {
      const acks = row.control.acks.filter((ack) => ack.incident === id && isNew(ack, known))
      const silences = row.control.silences.filter((one) => mayMean(one, incident) && isNew(one, known))
      return [
        ...acks.map((ack): StepRow => ({ kind: 'acknowledged', ack })),
        ...silences.map((silence): StepRow => ({ kind: 'silenced', silence })),
      ]
    }
    case 'batch':
    case 'sample':
    case 'gap':
    case 'goodbye':
    case 'refused':
    case 'forgotten':
      return []
  }
}

/** Tags and severity of the time are not asked: what holds it back names its silence. */
function mayMean({ match: { tags: _, severity: __, ...match } }: Silence, incident: IncidentSubject): boolean {
  return matches(match, { ...incident, tags: {}, severity: 'warning' })
}

function isNew(said: object, known: Set<string>): boolean {
  const text = JSON.stringify(said)
  if (known.has(text)) return false
  known.add(text)
  return true
}

/** Of one host; ascending. */
export function samplesIn(rows: readonly BlockRow[], host: string): SampleOrigin[] {
  const found: SampleOrigin[] = []
  let key: string | undefined
  for (const row of rows) {
    if (row.kind === 'batch') key = row.host === host ? inboxKey(row) : undefined
    if (row.kind === 'sample' && row.host === host && key !== undefined) found.push({ atMs: row.atMs, inboxKey: key })
  }
  return found.sort((a, b) => a.atMs - b.atMs)
}
