/** Takes the lock of a directory and never comes out of the critical section: `lock-worker.ts <path of the lock>`. */
import { writeSync } from 'node:fs'
import { createProcessLock } from '../../../adapters/bucket/directory/lock.ts'
import { systemClock } from '../../../adapters/clock/system.ts'

const [, , path = ''] = process.argv
await createProcessLock({ path, clock: systemClock }).hold(() => {
  writeSync(1, 'held\n')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})
