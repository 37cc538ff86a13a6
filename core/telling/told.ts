/** What is known of an incident, and who was told of it: kept in state from its beginning until some days after its end. */
import type { AlertPhase, Transition } from '../alerts/alert.ts'
import type { Severity } from '../alerts/rule.ts'

export interface Told {
  host: string
  rule: string
  entity: string
  severity: Severity
  phase: Exclude<AlertPhase, 'ok' | 'pending'>
  startedAtMs: number
  /** By the transition that opened it, or made it worse. */
  said: Said
  /** By name. Those of an earlier round were told that it was over. */
  receivers: Record<string, ToldReceiver>
  /** Why somebody who was due was not told; absent: nobody is held back. */
  held?: string
  flapping?: true
  /** Counts how often it was opened, from 1: late data may open one again that was over. */
  round: number
  /** How often late data changed something of it. */
  amended?: number
  /** Event time. */
  endedAtMs?: number
  /** When the run decided that it is over, by the function's clock. */
  overSinceMs?: number
}

export type Said = Pick<Transition, 'atMs' | 'reason' | 'value' | 'threshold' | 'top' | 'late' | 'datapoints'>

export interface ToldReceiver {
  round: number
  firstMs: number
  lastMs: number
  repeats: number
  /** The worst that it was told of in this round. */
  severity: Severity
  group: string
  groupIntervalMs: number
}

export function wasTold({ round }: Told, receiver: ToldReceiver | undefined): receiver is ToldReceiver {
  return receiver?.round === round
}

export function isOpen({ endedAtMs }: Told): boolean {
  return endedAtMs === undefined
}

export function isWorse(a: Severity, b: Severity): boolean {
  return a === 'critical' && b === 'warning'
}
