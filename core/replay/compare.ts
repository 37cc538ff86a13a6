/**
 * What was told beside what would be. A change of rules moves the beginning of an incident, and so makes it another one: a
 * notice is the same when its receiver, kind, host, rule and entity are, and the times of the two incidents touch.
 */
import type { Span, Tellings, ToldOnce } from './told.ts'

export type Compared =
  | { change: 'same'; was: ToldOnce; is: ToldOnce }
  | { change: 'gone'; was: ToldOnce }
  | { change: 'added'; is: ToldOnce }

/** By time. */
export function compareTellings(was: Tellings, is: Tellings): Compared[] {
  const waiting = Map.groupBy(is.told, nameOf)
  const compared = was.told.map((one): Compared => {
    const candidates = waiting.get(nameOf(one)) ?? []
    const at = candidates.findIndex((other) => isSameIncident(one, other, was, is))
    const [found] = at < 0 ? [] : candidates.splice(at, 1)
    return found ? { change: 'same', was: one, is: found } : { change: 'gone', was: one }
  })
  const added = [...waiting.values()].flat().map((one): Compared => ({ change: 'added', is: one }))
  return [...compared, ...added].sort((a, b) => timeOf(a) - timeOf(b))
}

/** The notice that there was, or the one that there would be. */
export function noticeOf(compared: Compared): ToldOnce {
  return compared.change === 'added' ? compared.is : compared.was
}

function timeOf(compared: Compared): number {
  return noticeOf(compared).atMs
}

function nameOf({ receiver, kind, host, rule, entity }: ToldOnce): string {
  return JSON.stringify([receiver, kind, host, rule, entity])
}

function isSameIncident(was: ToldOnce, is: ToldOnce, before: Tellings, after: Tellings): boolean {
  if (was.incident === is.incident) return true
  const [a, b] = [before.spans.get(was.incident), after.spans.get(is.incident)]
  return a !== undefined && b !== undefined && touch(a, b)
}

function touch(a: Span, b: Span): boolean {
  return a.fromMs <= (b.toMs ?? Number.POSITIVE_INFINITY) && b.fromMs <= (a.toMs ?? Number.POSITIVE_INFINITY)
}

export interface ReceiverSum {
  receiver: string
  was: number
  is: number
  added: number
  gone: number
}

/** By name. */
export function sumByReceiver(compared: readonly Compared[]): ReceiverSum[] {
  const byReceiver = Map.groupBy(compared, (one) => noticeOf(one).receiver)
  return [...byReceiver]
    .map(([receiver, theirs]) => {
      const count = (change: Compared['change']) => theirs.filter((one) => one.change === change).length
      const [same, added, gone] = [count('same'), count('added'), count('gone')]
      return { receiver, was: same + gone, is: same + added, added, gone }
    })
    .sort((a, b) => (a.receiver < b.receiver ? -1 : 1))
}

export interface DaySum {
  day: string
  was: number
  is: number
}

/** Of each day that has one, in their order. `dayOf`: what the day is called. */
export function sumByDay(compared: readonly Compared[], dayOf: (atMs: number) => string): DaySum[] {
  const days = new Map<string, DaySum>()
  const add = ({ atMs }: ToldOnce, which: 'was' | 'is') => {
    const day = dayOf(atMs)
    const sum = days.get(day) ?? { day, was: 0, is: 0 }
    sum[which] += 1
    days.set(day, sum)
  }
  for (const one of compared) {
    if (one.change !== 'added') add(one.was, 'was')
    if (one.change !== 'gone') add(one.is, 'is')
  }
  return [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1))
}
