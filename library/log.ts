/** What the library has to say of itself when nobody listens: warnings and errors, on standard error. */
import { systemClock } from '../adapters/clock/system.ts'
import { createConsoleLog } from '../adapters/log/console.ts'
import type { Log } from '../adapters/log/port.ts'

export function logOfTroubles(timeZone: string): Log {
  const stream = process.stderr
  const isTerminal = stream.isTTY === true
  const colour = isTerminal && (process.env.NO_COLOR ?? '') === ''
  const log = createConsoleLog({ stream, json: !isTerminal, colour, clock: systemClock, timeZone })
  return { ...log, info: () => undefined }
}
