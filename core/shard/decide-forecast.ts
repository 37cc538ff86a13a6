/** One reading against the rules that look ahead, for each of their mounts. */
import { forecastOf, forecastReason, judgeForecast } from '../alerts/forecast.ts'
import type { Observation } from '../alerts/lifecycle.ts'
import type { Reading } from '../alerts/readings.ts'
import { addToWindow, isCovered } from '../alerts/window.ts'
import { limits } from '../limits.ts'
import { decide, evidence, type Taking } from './decide-alert.ts'
import { seriesOf } from './fold.ts'

export function decideForecasts(taking: Taking, reading: Reading): void {
  const { atMs, intervalMs } = reading
  for (const { rule, keyOf } of taking.rules.forecasts) {
    const { windowMs, severity, metric } = rule
    for (const [entity, value] of reading.values[metric] ?? []) {
      const key = keyOf(entity)
      const series = key && seriesOf(taking.fold, key, atMs, limits.seriesPerHost)
      if (!key || !series) continue
      taking.judged.add(key)
      series.window ??= []
      addToWindow(series.window, { atMs, value, windowMs, agg: 'avg' })
      // Half of the time is enough for a line; before that nothing is known.
      const isKnown = isCovered(series.window, { atMs, windowMs: windowMs / 2, intervalMs })
      const forecast = isKnown ? forecastOf(series.window, rule, value) : undefined
      const observation: Observation = isKnown ? judgeForecast(forecast, rule, value) : { is: 'between' }
      decide(taking, { key, rule, entity, severity, observation, atMs, reading }, () => ({
        reason: forecastReason(rule, value, forecast),
        value,
        datapoints: evidence(taking, metric, entity),
      }))
    }
  }
}
