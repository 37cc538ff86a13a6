/**
 * What is gone for good: a disk that was unmounted, an interface that was taken out. A value that is missing is never ok; but
 * a day of snapshots that have others of its kind, each of them read, and not this one is no lack of data: it is gone, and
 * its alert is over for that reason.
 */
import { type AlertKey, parseAlertKey } from '../alerts/alert.ts'
import { pluralOf } from '../alerts/entities.ts'
import type { Reading } from '../alerts/readings.ts'
import { type RuleMetricId, ruleMetricById } from '../alerts/rule-metrics.ts'
import { decide, type Taking } from './decide-alert.ts'

export const goneAfterMs = 86_400_000

/** `sinceMs`: so long before this reading is known by it and the one before; 0 after a gap, which is evidence of nothing. */
export function decideGone(taking: Taking, reading: Reading, sinceMs: number): void {
  const { fold, judged } = taking
  for (const key of [...fold.lacked.keys()]) {
    if (judged.has(key) || !fold.alerts.has(key)) fold.lacked.delete(key)
  }
  for (const key of [...fold.alerts.keys()]) if (!judged.has(key)) lack(taking, key, reading, sinceMs)
}

function lack(taking: Taking, key: AlertKey, reading: Reading, sinceMs: number): void {
  const { fold, judged, rules } = taking
  const { rule: id, entity } = parseAlertKey(key)
  const rule = rules.byId.get(id)
  if (!rule || !('metric' in rule) || !isNotThere(reading, rule.metric, entity)) return
  const { per } = ruleMetricById(rule.metric)
  if (per === undefined) return
  const known = fold.lacked.get(key)
  const lackedMs = known === undefined ? 0 : known + sinceMs
  fold.lacked.set(key, lackedMs)
  if (lackedMs < goneAfterMs) return
  fold.lacked.delete(key)
  judged.add(key)
  const { severity } = rule
  const { atMs } = reading
  decide(taking, { key, rule, entity, severity, observation: { is: 'gone' }, atMs, reading }, () => ({
    reason: `gone: a day of snapshots has other ${pluralOf(per)} and not this one`,
  }))
}

/** The snapshot has values of others, and this one is neither among them nor among those that it could not read. */
function isNotThere({ values, unsure = {} }: Reading, metric: RuleMetricId, entity: string): boolean {
  const read = values[metric]
  const others = unsure[metric]
  if (!read || others === true || others?.includes(entity)) return false
  return read.every(([name]) => name !== entity)
}
