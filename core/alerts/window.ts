/**
 * A series over the last minutes, in event time, as its rule looks at it: mean, lowest, highest, 95th percentile, how much
 * it changed. Samples are put together in slots of a sixtieth of the window, so that what is kept is bounded whatever the
 * interval. They come in order; those that came late are put in order before.
 */
import type { Aggregation } from './rule.ts'

/**
 * Flat, three numbers an entry, ascending: start of the slot (ms UTC), and by aggregation
 *
 *     avg          sum of its samples       their number
 *     min, max     the lowest, the highest  their number
 *     p95          one sample               1             (several entries have the same start)
 *     rate, delta  its first sample         when that was taken
 */
export type Window = number[]

const slotsPerWindow = 60
const width = 3
/** Of the samples that one slot has, the first: a window keeps 960 at most. */
const samplesPerSlot = 16

export function addToWindow(
  window: Window,
  { atMs, value, windowMs, agg }: { atMs: number; value: number; windowMs: number; agg: Aggregation },
): void {
  const startMs = slotStart(atMs, windowMs)
  let gone = 0
  while (gone < window.length && (window[gone] as number) <= startMs - windowMs) gone += width
  if (gone > 0) window.splice(0, gone)
  const last = window.length - width
  if (window[last] !== startMs) window.push(startMs, value, agg === 'rate' || agg === 'delta' ? atMs : 1)
  else if (agg === 'p95') addSample(window, startMs, value)
  else if (agg !== 'rate' && agg !== 'delta') {
    const known = window[last + 1] as number
    window[last + 1] = agg === 'avg' ? known + value : agg === 'min' ? Math.min(known, value) : Math.max(known, value)
    window[last + 2] = (window[last + 2] as number) + 1
  }
}

/** Of `rate` and `delta` of a counter: one that went back began anew, from 0, and what was before says nothing of it. */
export function noteReset(
  window: Window,
  { atMs, value, windowMs }: { atMs: number; value: number; windowMs: number },
): void {
  const last = window.at(1 - width)
  if (last !== undefined && value < last) window.splice(0, window.length, slotStart(atMs, windowMs), 0, atMs)
}

/** `undefined`: nothing is in it, or (of a rate) no time has passed. `value` is the newest sample. */
export function aggregate(
  window: Window,
  { atMs, value, agg }: { atMs: number; value: number; agg: Aggregation },
): number | undefined {
  if (window.length === 0) return undefined
  switch (agg) {
    case 'avg':
      return mean(window)
    case 'min':
    case 'max':
      return extreme(window, agg)
    case 'p95':
      return percentile(window, 0.95)
    case 'delta':
      return value - (window[1] as number)
    case 'rate': {
      const seconds = (atMs - (window[2] as number)) / 1_000
      return seconds <= 0 ? undefined : (value - (window[1] as number)) / seconds
    }
  }
}

/** Do the samples reach back over the whole window? One and a half intervals are forgiven. */
export function isCovered(
  window: Window,
  { atMs, windowMs, intervalMs }: { atMs: number; windowMs: number; intervalMs: number },
): boolean {
  const [firstMs] = window
  return firstMs !== undefined && atMs - firstMs >= windowMs - 1.5 * intervalMs
}

/** Of a window of means: the middle of each slot, and its mean. */
export function points(window: Window, windowMs: number): { times: number[]; values: number[] } {
  const times: number[] = []
  const values: number[] = []
  for (let at = 0; at < window.length; at += width) {
    times.push((window[at] as number) + slotLength(windowMs) / 2)
    values.push((window[at + 1] as number) / (window[at + 2] as number))
  }
  return { times, values }
}

function addSample(window: Window, startMs: number, value: number): void {
  const beforeSlot = window.length - samplesPerSlot * width
  if (beforeSlot < 0 || window[beforeSlot] !== startMs) window.push(startMs, value, 1)
}

function mean(window: Window): number {
  let sum = 0
  let count = 0
  for (let at = 0; at < window.length; at += width) {
    sum += window[at + 1] as number
    count += window[at + 2] as number
  }
  return sum / count
}

function extreme(window: Window, agg: 'min' | 'max'): number {
  let found = window[1] as number
  for (let at = width; at < window.length; at += width) {
    const value = window[at + 1] as number
    if (agg === 'min' ? value < found : value > found) found = value
  }
  return found
}

/** By nearest rank: a value that was measured. */
function percentile(window: Window, share: number): number {
  const values = Float64Array.from({ length: window.length / width }, (_, index) => window[index * width + 1] as number)
  values.sort()
  return values[Math.ceil(share * values.length) - 1] as number
}

function slotLength(windowMs: number): number {
  return Math.max(1, Math.floor(windowMs / slotsPerWindow))
}

function slotStart(atMs: number, windowMs: number): number {
  const slotMs = slotLength(windowMs)
  return Math.floor(atMs / slotMs) * slotMs
}
