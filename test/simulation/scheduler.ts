/**
 * A cooperative scheduler: actors run one I/O call at a time, and one seed says whose turn is next and what goes wrong.
 *
 * Every I/O call of an actor waits for its turn (`turn`). Between two turns all actors run as far as they get without
 * I/O, so that a seed gives the same story each time. Time stands still while anybody can run; then it goes on to the
 * next sleeper. A crashed actor's promise never settles again, like a process that is gone: nothing of it runs after its
 * last call, no `catch` and no `finally`.
 */
import type { Clock, Random } from '../../adapters/clock/port.ts'

interface Sleeper {
  untilMs: number
  wake: () => void
}

/** Who sleeps longer than this when nobody else has anything to do is left to its end. */
const longestSleepMs = 10 * 60_000

/** At each turn, that a request which is late arrives. */
const landChance = 0.1

export class Scheduler implements Clock, Random {
  readonly story: string[] = []
  #nowMs: number
  #waiting: (() => void)[] = []
  #late: { what: string; act: () => Promise<unknown> }[] = []
  #sleeping: Sleeper[] = []
  #atEnd: (() => void)[] = []
  #state: number
  /** Somebody died in this run: what is left of it never ends. */
  #someDied = false
  /** Calls that something outside of this process works on. */
  #outside = 0

  constructor({ seed, startMs }: { seed: number; startMs: number }) {
    this.#state = seed | 0
    this.#nowMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  monotonicMs(): number {
    return this.#nowMs
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((wake) => {
      const sleeper = { untilMs: this.#nowMs + ms, wake }
      this.#sleeping.push(sleeper)
      signal?.addEventListener('abort', () => {
        this.#sleeping = this.#sleeping.filter((other) => other !== sleeper)
        wake()
      })
    })
  }

  /** Called when the running actors have all ended or died. */
  onEnd(act: () => void): void {
    this.#atEnd.push(act)
  }

  advance(ms: number): void {
    this.#nowMs += ms
  }

  /** From 0 up to, not including, 1 (mulberry32). */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[Math.floor(this.fraction() * choices.length)]
    if (choice === undefined) throw new Error('nothing to pick from')
    return choice
  }

  hex(bytes: number): string {
    return Array.from({ length: bytes }, () =>
      Math.floor(this.fraction() * 256)
        .toString(16)
        .padStart(2, '0'),
    ).join('')
  }

  tell(line: string): void {
    this.story.push(line)
  }

  /** Resolves when it is the caller's turn. */
  turn(): Promise<void> {
    return new Promise((resume) => this.#waiting.push(resume))
  }

  /** A call that never returns: its actor is dead. */
  die(): Promise<never> {
    this.#someDied = true
    return new Promise(() => {})
  }

  /** What a real store works on: it is part of the turn, however long it takes. */
  async outside<T>(act: () => Promise<T>): Promise<T> {
    this.#outside += 1
    try {
      return await act()
    } finally {
      this.#outside -= 1
    }
  }

  /** Takes effect after some later turn, in this run of actors or another; or never. */
  later(what: string, act: () => Promise<unknown>): void {
    this.#late.push({ what, act })
  }

  /** What is still on the wire will not arrive. */
  dropLate(): void {
    this.#late = []
  }

  /** Lets the actors run, interleaved, until each has ended or died; their errors by name. */
  async run(actors: Record<string, () => Promise<unknown>>): Promise<Map<string, unknown>> {
    const errors = new Map<string, unknown>()
    const untilMs = this.#nowMs + longestSleepMs
    const atWork = new Set(Object.keys(actors))
    this.#someDied = false
    for (const [name, act] of Object.entries(actors)) {
      act()
        .catch((error: unknown) => errors.set(name, error))
        .finally(() => atWork.delete(name))
    }
    do {
      await this.#settled()
      await this.#landLate()
    } while (this.#resumeOne() || this.#wakeOne(untilMs))
    if (atWork.size > 0 && this.#sleeping.length === 0 && !this.#someDied) {
      throw new Error(`${[...atWork].join(', ')}: works at something that is no call of the simulated world`)
    }
    this.#sleeping = []
    for (const act of this.#atEnd.splice(0)) act()
    return errors
  }

  async #landLate(): Promise<void> {
    if (this.#late.length === 0 || this.fraction() >= landChance) return
    const [one] = this.#late.splice(Math.floor(this.fraction() * this.#late.length), 1)
    if (!one) return
    this.tell(`${one.what} [arrives late]`)
    await one.act()
  }

  #resumeOne(): boolean {
    const [resume] = this.#waiting.splice(Math.floor(this.fraction() * this.#waiting.length), 1)
    resume?.()
    return resume !== undefined
  }

  #wakeOne(untilMs: number): boolean {
    const next = this.#sleeping.toSorted((a, b) => a.untilMs - b.untilMs)[0]
    if (!next || next.untilMs > untilMs) return false
    this.#sleeping = this.#sleeping.filter((other) => other !== next)
    this.#nowMs = Math.max(this.#nowMs, next.untilMs)
    next.wake()
    return true
  }

  /** All that can run without a turn has run. */
  async #settled(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve))
    while (this.#outside > 0)
  }
}
