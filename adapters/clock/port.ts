/** Time and chance, so that a test can have both as it needs them. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch, UTC. It may step either way. */
  now(): number
  /** Never goes back; for durations only. */
  monotonicMs(): number
  /** Resolves early, without an error, when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export interface Random {
  /** Lower-case hex digits, twice as many as `bytes`. */
  hex(bytes: number): string
  /** From 0 up to, not including, 1. */
  fraction(): number
}
