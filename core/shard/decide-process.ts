/** Processes that must be there. What nobody watches is not called gone. */
import { alertKey } from '../alerts/alert.ts'
import type { Observation } from '../alerts/lifecycle.ts'
import type { Reading } from '../alerts/readings.ts'
import { shortDuration } from '../alerts/reason.ts'
import { decide, decideMissing, type Taking } from './decide-alert.ts'

export function decideProcesses(taking: Taking, reading: Reading): void {
  for (const { rule, glob } of taking.rules.processes) {
    const key = alertKey(rule.id, glob)
    const { atMs } = reading
    const about = { key, rule, entity: glob, severity: rule.severity, atMs, reading }
    const runs = reading.processes?.[glob]
    taking.judged.add(key)
    if (runs === undefined) {
      decideMissing(taking, about, `nothing tells whether ${glob} runs: no watch covers it`)
      continue
    }
    const known = taking.fold.alerts.get(key)
    const goneMs = known?.state === 'pending' ? atMs - known.sinceMs : 0
    const observation: Observation = { is: runs ? 'clear' : goneMs >= rule.afterMs ? 'breaching' : 'building' }
    decide(taking, { ...about, observation }, () => ({
      reason: runs ? `${glob} runs` : `no process ${glob}${goneMs > 0 ? ` for ${shortDuration(goneMs)}` : ''}`,
    }))
  }
}
