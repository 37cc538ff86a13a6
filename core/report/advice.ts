/**
 * What another threshold would have meant, from what was measured: one that fires all the time is read by nobody, and one far
 * above everything that happens tells of nothing.
 */
import type { AdviceReport, AlertReport, MetricReport, Thresholds } from './report.ts'

const weekMs = 604_800_000
const dayMs = 86_400_000
/** A shorter time says nothing of a week. */
const shortestMs = dayMs
/** Of so many mails a week none is looked at. */
const tooManyAWeek = 3
const fewestToComplain = 3
/** Of a threshold that is to be lowered: as many as somebody would want to be told of. */
const fewAWeek = 3
const step = 5
const highest = 95
/** Below it nothing is short. */
const leastWorthTelling = 50

/** The rule of each metric, and how far below its threshold it is over (core/alerts/rule.ts). */
const ruled = new Map<string, { rule: string; threshold: keyof Thresholds; hysteresis: number }>([
  ['cpu.percent', { rule: 'cpu', threshold: 'cpuPercent', hysteresis: 5 }],
  ['memory.percent', { rule: 'memory', threshold: 'memoryPercent', hysteresis: 5 }],
  ['disk.percent', { rule: 'disk', threshold: 'diskPercent', hysteresis: 2 }],
])

export interface AdviceSources {
  metrics: readonly MetricReport[]
  alerts: readonly AlertReport[]
  thresholds: Thresholds
  period: { fromMs: number; toMs: number }
}

/** Most mails first. */
export function thresholdAdvice({ metrics, alerts, thresholds, period }: AdviceSources): AdviceReport[] {
  const lengthMs = period.toMs - period.fromMs
  if (lengthMs < shortestMs) return []
  const aWeek = (mails: number) => (mails * weekMs) / lengthMs
  return metrics
    .flatMap(({ metric, entity, p95, max, points }): AdviceReport[] => {
      const known = ruled.get(metric)
      if (!known) return []
      const threshold = thresholds[known.threshold]
      const began = alerts.filter(
        ({ rule, entity: of, startedAtMs }) => rule === known.rule && of === entity && startedAtMs >= period.fromMs,
      ).length
      const wouldBe = (other: number) => episodes(points, other, other - known.hysteresis)
      const better =
        began >= fewestToComplain && aWeek(began) >= tooManyAWeek
          ? calmer({ threshold, began, wouldBe })
          : began === 0 && max < threshold
            ? telling({ threshold, p95, max, isFew: (mails) => mails > 0 && aWeek(mails) <= fewAWeek, wouldBe })
            : undefined
      return better ? [{ metric, entity, threshold, mails: began, p95, ...better }] : []
    })
    .sort((a, b) => b.mails - a.mails || b.wouldBeMails - a.wouldBeMails)
}

type Better = Pick<AdviceReport, 'better' | 'wouldBeMails'>

/** The lowest that would have cut them to a quarter; none, if the points are too coarse to show what fired. */
function calmer(of: { threshold: number; began: number; wouldBe: (threshold: number) => number }): Better | undefined {
  const { threshold, began, wouldBe } = of
  if (wouldBe(threshold) < began / 2) return undefined
  return candidates(threshold + 1, highest)
    .map((better) => ({ better, wouldBeMails: wouldBe(better) }))
    .find(({ wouldBeMails }) => wouldBeMails <= began / 4)
}

/** The highest below it, above what is usual, that would have told of something now and then. */
function telling(of: {
  threshold: number
  p95: number
  max: number
  isFew: (mails: number) => boolean
  wouldBe: (threshold: number) => number
}): Better | undefined {
  // Above its maximum nothing tells.
  return candidates(Math.max(leastWorthTelling, of.p95 + step), Math.min(of.threshold - 1, of.max))
    .toReversed()
    .map((better) => ({ better, wouldBeMails: of.wouldBe(better) }))
    .find(({ wouldBeMails }) => of.isFew(wouldBeMails))
}

function candidates(from: number, to: number): number[] {
  const first = Math.ceil(from / step) * step
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, index) => first + index * step)
}

/** How often the points rise above `threshold`, after they were at or below `clear`. */
function episodes(points: readonly (number | null)[], threshold: number, clear: number): number {
  let isHigh = false
  let count = 0
  for (const point of points) {
    if (point === null) continue
    if (!isHigh && point > threshold) count += 1
    if (point > threshold) isHigh = true
    else if (point <= clear) isHigh = false
  }
  return count
}
