/** When a mount will be full, by a line through the last hours, with how far the halves of that line disagree. */
import { growthOf } from '../trend.ts'
import type { Observation } from './lifecycle.ts'
import { shortDuration } from './reason.ts'
import type { ForecastRule } from './rule.ts'
import { ruleMetricById } from './rule-metrics.ts'
import { points, type Window } from './window.ts'

/** From now: by the whole line, and by the steeper and the flatter half of it. */
export interface Forecast {
  fullInMs: number
  earliestMs: number
  latestMs: number
  percentPerMs: number
}

/** In percentage points: what grew less may as well be noise. */
const leastRise = 0.5
/** What is full grows no more: that is not the end of what was foretold, though nothing begins by it. */
const fullPercent = 99.5
/** Clear is: full no sooner than this many times what the rule looks ahead. */
const clearFactor = 1.25
const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** `undefined`: it does not grow, or not steadily. `value` is the newest, in percent. */
export function forecastOf(window: Window, { windowMs }: ForecastRule, value: number): Forecast | undefined {
  const { times, values } = points(window, windowMs)
  const growth = growthOf(times, values)
  if (!growth || growth.rise < leastRise) return undefined
  const room = Math.max(0, 100 - value)
  return {
    fullInMs: room / growth.perMs,
    earliestMs: room / growth.fasterPerMs,
    latestMs: room / growth.slowerPerMs,
    percentPerMs: growth.perMs,
  }
}

export function judgeForecast(
  forecast: Forecast | undefined,
  { withinMs }: Pick<ForecastRule, 'withinMs'>,
  value: number,
): Observation {
  if (!forecast && value >= fullPercent) return { is: 'between' }
  if (!forecast || forecast.fullInMs > clearFactor * withinMs) return { is: 'clear' }
  return { is: forecast.fullInMs <= withinMs ? 'breaching' : 'between' }
}

/** `Disk 82.0 % will be full in 5 h (4 h to 7 h) at 3.2 points an hour, by the last 6 h` */
export function forecastReason({ metric, windowMs }: ForecastRule, value: number, forecast?: Forecast): string {
  const now = `${ruleMetricById(metric).title} ${value.toFixed(1)} %`
  const by = `by the last ${shortDuration(windowMs)}`
  if (!forecast) return `${now} does not grow steadily, ${by}`
  const { fullInMs, earliestMs, latestMs, percentPerMs } = forecast
  const [per, unitMs] = percentPerMs * hourMs >= 0.1 ? ['an hour', hourMs] : ['a day', dayMs]
  const pace = `${(percentPerMs * unitMs).toFixed(1)} points ${per}`
  return `${now} will be full in ${rounded(fullInMs)} (${rounded(earliestMs)} to ${rounded(latestMs)}) at ${pace}, ${by}`
}

function rounded(ms: number): string {
  return shortDuration(Math.max(60_000, Math.round(ms / 60_000) * 60_000))
}
