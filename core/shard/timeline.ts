/**
 * A host's samples in the order of event time, whatever order they come in.
 *
 *        marks[0]            marks[1]                 head
 *           |  past: readings   |                       |
 *     ------+-------------------+-----------------------+---> event time
 *                                   ^ a late one: marks[1] is gone on from, once more, with it in its place
 *
 * Marks are what was known at their times, apart by the lateness; the first lies that far back at least. What is older than
 * that decides nothing any more. The same readings give the same head in whatever order they came, and however often.
 */
import type { HostRules } from '../alerts/host-rules.ts'
import { type Reading, weightOf } from '../alerts/readings.ts'
import { limits } from '../limits.ts'
import type { Step, Taking } from './decide-alert.ts'
import { type Fold, type Folded, forgetSeries, freeze, nothingFolded, unfreeze } from './fold.ts'
import { takeReading } from './take-reading.ts'

export interface Timeline {
  /** Names the rules of the host that it was made by. With others, nothing of before is computed again. */
  rules: string
  marks: Folded[]
  head: Folded
  /** Readings after the first mark, ascending. */
  past: Reading[]
}

export interface Grown {
  fold: Fold
  /** What new readings made, in order. */
  steps: Step[]
  /** They came later than anything is computed again. */
  tooLate: Reading[]
  isFull: Taking['isFull']
  /** As it is kept, once the fold is as it shall be. */
  end(): Timeline
}

/** What late readings made of the time since `from`: all of its steps, those that were known before as well. */
export interface Again {
  from: Folded
  steps: readonly Step[]
}

export interface GrowOptions {
  host: string
  rules: HostRules
  readings: readonly Reading[]
  latenessMs: number
  /** Called where late readings changed something, before the new ones are taken. */
  amend(fold: Fold, again: Again): void
}

export function growTimeline(before: Timeline | undefined, options: GrowOptions): Grown {
  const { host, rules, readings, latenessMs } = options
  const known = before && before.rules !== rules.hash ? withOtherRules(before, rules) : before
  const { head = nothingFolded } = known ?? {}
  const marks = [...(known?.marks ?? [nothingFolded])]
  const past = [...(known?.past ?? [])]
  const oldestMs = Math.max(marks[0]?.atMs ?? 0, head.atMs - latenessMs)
  const sorted = readings.toSorted(inOrder)
  const fresh = withoutDoubles(sorted.filter(({ atMs }) => atMs > head.atMs))
  const late = sorted.filter(({ atMs }) => atMs <= head.atMs && atMs > oldestMs)
  const tooLate = sorted.filter(({ atMs }) => atMs <= head.atMs && atMs <= oldestMs)
  const firstMs = insert(past, late)
  const line = new Line({ host, rules, marks, past, latenessMs, fold: unfreeze(head) })
  if (firstMs !== undefined) {
    const again = line.goBack(firstMs)
    options.amend(line.fold, again)
  }
  const steps = line.takeAll(fresh)
  return {
    fold: line.fold,
    steps,
    tooLate,
    isFull: line.isFull,
    end: () => ({ rules: rules.hash, marks: line.marks, head: freeze(line.fold), past: line.past }),
  }
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
class Line {
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

function withOtherRules({ head }: Timeline, { hash, byId }: HostRules): Timeline {
  const isThere = (key: string) => byId.has(key.includes('|') ? key.slice(0, key.indexOf('|')) : key)
  const alerts = Object.fromEntries(Object.entries(head.alerts).filter(([key]) => isThere(key)))
  const kept = { ...head, alerts }
  return { rules: hash, marks: [kept], head: kept, past: [] }
}

/** Puts late readings where they belong; since when that makes a difference, if it does. */
function insert(past: Reading[], late: readonly Reading[]): number | undefined {
  let firstMs: number | undefined
  for (const reading of late) {
    let at = past.length
    while (at > 0 && inOrder(past[at - 1] as Reading, reading) > 0) at -= 1
    const before = past[at - 1]
    if (before && inOrder(before, reading) === 0) continue
    past.splice(at, 0, reading)
    firstMs = Math.min(firstMs ?? reading.atMs, reading.atMs)
  }
  return firstMs
}

/** Two machines may have one name and take their samples at one time: then what they hold says which comes first. */
function inOrder(a: Reading, b: Reading): number {
  if (a.atMs !== b.atMs) return a.atMs - b.atMs
  const [textA, textB] = [JSON.stringify(a), JSON.stringify(b)]
  return textA < textB ? -1 : textA > textB ? 1 : 0
}

function withoutDoubles(sorted: readonly Reading[]): Reading[] {
  return sorted.filter((reading, index) => {
    const before = sorted[index - 1]
    return !before || inOrder(before, reading) !== 0
  })
}

function weightOfAll(readings: readonly Reading[], afterMs: number): number {
  let weight = 0
  for (const reading of readings) if (reading.atMs > afterMs) weight += weightOf(reading)
  return weight
}
