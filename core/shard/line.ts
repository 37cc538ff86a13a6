/** Readings being taken one after another, the marks that are set meanwhile, and what of both is kept. */
import type { HostRules } from '../alerts/host-rules.ts'
import { type Reading, weightOf } from '../alerts/readings.ts'
import { limits } from '../limits.ts'
import type { Step, Taking } from './decide-alert.ts'
import { type Fold, type Folded, forgetSeries, freeze, nothingFolded, unfreeze } from './fold.ts'
import { takeReading } from './take-reading.ts'

/** What late readings made of the time since `from`: all of its steps, those that were known before as well. */
export interface Again {
  from: Folded
  steps: readonly Step[]
}

interface LineOptions {
  host: string
  rules: HostRules
  marks: Folded[]
  past: Reading[]
  latenessMs: number
  fold: Fold
}

/** Owns marks, readings and fold while they grow. */
export class Line {
  fold: Fold
  readonly marks: Folded[]
  readonly past: Reading[]
  readonly isFull: Taking['isFull'] = {}
  readonly #host: string
  readonly #rules: HostRules
  readonly #latenessMs: number
  #weight: number
  #weightAtMark: number

  constructor({ host, rules, marks, past, latenessMs, fold }: LineOptions) {
    this.#host = host
    this.#rules = rules
    this.#latenessMs = latenessMs
    this.fold = fold
    this.marks = marks
    this.past = past
    this.#weight = weightOfAll(past, 0)
    this.#weightAtMark = this.#weight - weightOfAll(past, marks.at(-1)?.atMs ?? 0)
  }

  /** Everything once more from the last mark before `firstMs`. */
  goBack(firstMs: number): Again {
    while (this.marks.length > 1 && (this.marks.at(-1)?.atMs ?? 0) >= firstMs) this.marks.pop()
    const from = this.marks.at(-1) ?? nothingFolded
    const readings = this.past.splice(this.past.findIndex(({ atMs }) => atMs > from.atMs))
    this.fold = unfreeze(from)
    this.#weight = weightOfAll(this.past, 0)
    this.#weightAtMark = this.#weight
    return { from, steps: this.takeAll(readings) }
  }

  takeAll(readings: readonly Reading[]): Step[] {
    const steps: Step[] = []
    const judged = new Set<string>()
    for (const reading of readings) {
      if (reading.atMs > this.fold.atMs) this.#mark()
      this.past.push(reading)
      this.#weight += weightOf(reading)
      const at = this.past.length - 1
      const { past, fold, isFull } = this
      takeReading({ host: this.#host, rules: this.#rules, fold, past, at, steps, judged, isFull }, reading)
      this.#forget()
    }
    return steps
  }

  #mark(): void {
    const { fold, marks } = this
    const isFar = fold.atMs - (marks.at(-1)?.atMs ?? 0) >= this.#latenessMs
    const isHeavy = this.#weight - this.#weightAtMark > limits.valuesPerTimeline / 2
    if (fold.atMs === 0 || !(isFar || isHeavy)) return
    forgetSeries(fold, (key, series) => isNeeded(this.#rules, key, fold.atMs - series.atMs))
    marks.push(freeze(fold))
    this.#weightAtMark = this.#weight
  }

  /** The first mark goes once the second lies far enough back, or when there is too much to keep. */
  #forget(): void {
    for (let second = this.marks[1]; second; second = this.marks[1]) {
      const isFar = second.atMs <= this.fold.atMs - this.#latenessMs
      if (!isFar && this.#weight <= limits.valuesPerTimeline) return
      this.marks.shift()
      const { atMs } = second
      const kept = this.past.findIndex((reading) => reading.atMs > atMs)
      const gone = this.past.splice(0, kept < 0 ? this.past.length : kept)
      const weight = weightOfAll(gone, 0)
      this.#weight -= weight
      this.#weightAtMark -= weight
    }
  }
}

const dayMs = 86_400_000

/** Entities come back: a mount, a process. What they were is remembered as long as a rule's window, or a day. */
function isNeeded({ byId }: HostRules, key: string, unseenMs: number): boolean {
  const bar = key.indexOf('|')
  const rule = byId.get(bar < 0 ? key : key.slice(0, bar))
  if (!rule) return false
  return unseenMs <= Math.max(dayMs, 'windowMs' in rule ? rule.windowMs : 0, rule.flap?.withinMs ?? 0)
}

function weightOfAll(readings: readonly Reading[], afterMs: number): number {
  let weight = 0
  for (const reading of readings) if (reading.atMs > afterMs) weight += weightOf(reading)
  return weight
}
