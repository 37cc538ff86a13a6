/** What is open now: state says it, and the control object what operators said since. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import { readShardState } from '../../adapters/bucket/shard-state.ts'
import { readControl } from '../../adapters/control/control.ts'
import { alertKey } from '../../core/alerts/alert.ts'
import type { Severity } from '../../core/alerts/rule.ts'
import type { Shard } from '../../core/keys.ts'
import type { HostState, ShardState } from '../../core/shard/state.ts'
import { type Ack, type Control, isSilent, type Silence } from '../../core/telling/control.ts'
import { matches } from '../../core/telling/match.ts'
import { isOpen, isWorse, type Told, wasTold } from '../../core/telling/told.ts'
import { inParallel } from '../../functions/rollup/parallel.ts'

export interface OpenAlert {
  incident: string
  shard: Shard
  host: string
  rule: string
  entity: string
  severity: Severity
  phase: Told['phase']
  /** Event time. */
  startedAtMs: number
  /** Why it is as it is now. */
  reason: string
  value?: number
  threshold?: number
  /** The worst value since it began. */
  peak?: number
  flapping?: true
  told: { receiver: string; firstMs: number; lastMs: number; repeats: number }[]
  /** Why somebody who was due was not told. */
  held?: string
  ack?: Ack
  silences: Silence[]
}

const readsAtOnce = 16

/** The worst first, and of those the newest. */
export async function readOpenAlerts(bucket: Bucket, shards: readonly Shard[], nowMs: number): Promise<OpenAlert[]> {
  const { control } = await readControl(bucket)
  const open: OpenAlert[] = []
  await inParallel(shards, readsAtOnce, async (shard) => {
    const known = await readShardState(bucket, shard)
    if (known) open.push(...openAlerts(known.state, control, nowMs))
  })
  return open.sort((a, b) => {
    if (a.severity !== b.severity) return isWorse(a.severity, b.severity) ? -1 : 1
    return b.startedAtMs - a.startedAtMs
  })
}

function openAlerts({ shard, telling, hosts }: ShardState, control: Control, nowMs: number): OpenAlert[] {
  return Object.entries(telling).flatMap(([incident, told]): OpenAlert[] => {
    if (!isOpen(told)) return []
    const { host, rule, entity, severity, phase, startedAtMs, said, held, flapping } = told
    const state = Object.hasOwn(hosts, host) ? hosts[host] : undefined
    const subject = { host, tags: state?.facts.tags ?? {}, rule, entity, severity, incident }
    const ack = control.acks.find((one) => one.incident === incident && nowMs < one.untilMs)
    return [
      {
        ...{ incident, shard, host, rule, entity, severity, phase, startedAtMs },
        reason: said.reason,
        ...(said.value === undefined ? {} : { value: said.value }),
        ...(said.threshold === undefined ? {} : { threshold: said.threshold }),
        ...nowOf(state, alertKey(rule, entity)),
        ...(flapping ? { flapping } : {}),
        told: Object.entries(told.receivers)
          .filter(([, receiver]) => wasTold(told, receiver))
          .map(([receiver, { firstMs, lastMs, repeats }]) => ({ receiver, firstMs, lastMs, repeats })),
        ...(held === undefined ? {} : { held }),
        ...(ack ? { ack } : {}),
        silences: control.silences.filter((one) => isSilent(one, nowMs) && matches(one.match, subject)),
      },
    ]
  })
}

function nowOf(host: HostState | undefined, key: string): { reason?: string; peak?: number } {
  const reason = host?.reasons[key]
  const alert = host?.alerts[key]
  const peak = alert && 'peak' in alert ? alert.peak : undefined
  return { ...(reason === undefined ? {} : { reason }), ...(peak === undefined ? {} : { peak }) }
}
