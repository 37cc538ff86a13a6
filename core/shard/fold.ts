/**
 * What the samples of one host up to a moment amount to: its alerts, and what their rules remember. Made by taking readings
 * in the order of event time, one after another; nothing else goes in, so the same readings always give the same.
 */
import type { AlertKey, AlertState } from '../alerts/alert.ts'
import type { Severity } from '../alerts/rule.ts'
import type { Window } from '../alerts/window.ts'

/** As it lies in state. */
export interface Folded {
  /** Event time of the newest reading; 0: none was taken yet. */
  atMs: number
  intervalMs: number
  alerts: Record<AlertKey, AlertState>
  series: Record<AlertKey, Series>
  /** Of those of `alerts` that custom checks found. */
  found?: Record<AlertKey, Found>
  /** Of those of `alerts`: for how long snapshots have had others of the kind and not this one, in milliseconds. */
  lacked?: Record<AlertKey, number>
}

/** What a rule remembers of one entity. */
export interface Series {
  /** When it had a value last. */
  atMs: number
  window?: Window
  /** Flat: the step that a datapoint stands for (ms UTC), and its value. Ascending. */
  datapoints?: number[]
  /** When it went to firing lately: by that flapping is known. */
  firedAtMs?: number[]
}

export interface Found {
  /** As severe as it was at its worst. */
  severity: Severity
  /** Who found it: when that one can't be run, nobody knows whether it stands. */
  source: string
}

/** The same, to be changed in place: a run takes thousands of readings. */
export interface Fold {
  atMs: number
  intervalMs: number
  alerts: Map<AlertKey, AlertState>
  series: Map<AlertKey, Series>
  found: Map<AlertKey, Found>
  lacked: Map<AlertKey, number>
}

export const nothingFolded: Folded = { atMs: 0, intervalMs: 0, alerts: {}, series: {} }

/** Nothing of what `folded` has is changed by what is done to the result. */
export function unfreeze({ atMs, intervalMs, alerts, series, found = {}, lacked = {} }: Folded): Fold {
  return {
    atMs,
    intervalMs,
    alerts: new Map(Object.entries(alerts)),
    series: new Map(Object.entries(series).map(([key, one]) => [key, copyOf(one)])),
    found: new Map(Object.entries(found)),
    lacked: new Map(Object.entries(lacked)),
  }
}

/** Nothing that is done to `fold` afterwards changes the result. */
export function freeze({ atMs, intervalMs, alerts, series, found, lacked }: Fold): Folded {
  return {
    atMs,
    intervalMs,
    alerts: Object.fromEntries(alerts),
    series: Object.fromEntries([...series].map(([key, one]) => [key, copyOf(one)])),
    ...(found.size === 0 ? {} : { found: Object.fromEntries(found) }),
    ...(lacked.size === 0 ? {} : { lacked: Object.fromEntries(lacked) }),
  }
}

/** What a rule remembers of this entity, made where there is nothing; undefined: there is no room. */
export function seriesOf(fold: Fold, key: AlertKey, atMs: number, most: number): Series | undefined {
  const known = fold.series.get(key)
  if (known) {
    known.atMs = atMs
    return known
  }
  if (fold.series.size >= most) return undefined
  const series: Series = { atMs }
  fold.series.set(key, series)
  return series
}

/** Entities come and go; what none of their rules can need any more goes too. */
export function forgetSeries(fold: Fold, isNeeded: (key: AlertKey, series: Series) => boolean): void {
  for (const [key, series] of fold.series) {
    if (!fold.alerts.has(key) && !isNeeded(key, series)) fold.series.delete(key)
  }
}

function copyOf({ window, datapoints, firedAtMs, ...rest }: Series): Series {
  return {
    ...rest,
    ...(window ? { window: [...window] } : {}),
    ...(datapoints ? { datapoints: [...datapoints] } : {}),
    ...(firedAtMs ? { firedAtMs: [...firedAtMs] } : {}),
  }
}
