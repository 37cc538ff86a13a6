/** evaluate's own heartbeat. */

/** An older one: evaluate was, or is, away. */
export const awayAfterMs = 15 * 60_000
