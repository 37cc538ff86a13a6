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
import { type HostRules, hasRule } from '../alerts/host-rules.ts'
import type { Reading } from '../alerts/readings.ts'
import type { Step, Taking } from './decide-alert.ts'
import { type Fold, type Folded, freeze, nothingFolded, unfreeze } from './fold.ts'
import { type Again, Line } from './line.ts'

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

function withOtherRules({ head }: Timeline, rules: HostRules): Timeline {
  const alerts = Object.fromEntries(Object.entries(head.alerts).filter(([key]) => hasRule(rules, key)))
  const kept = { ...head, alerts }
  return { rules: rules.hash, marks: [kept], head: kept, past: [] }
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
