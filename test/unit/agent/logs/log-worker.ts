/** Writes so many lines into a log, and lets other work go on now and then. */
import { setImmediate as yieldTurn } from 'node:timers/promises'
import { systemClock } from '../../../../adapters/clock/system.ts'
import { silentLog } from '../../../../adapters/log/port.ts'
import { createRotatingFile } from '../../../../agent/logs/rotating-file.ts'

const [path = '', lines = '0', maxBytes = '1000000'] = process.argv.slice(2)
const bounds = { maxBytes: Number(maxBytes), everyMs: 0, keep: 1_000, maxAgeMs: 1e12 }
const file = createRotatingFile({ path, ...bounds, clock: systemClock, log: silentLog })
for (let n = 0; n < Number(lines); n++) {
  file.write({ pid: process.pid, n })
  if (n % 50 === 0) await yieldTurn()
}
await file.settled()
