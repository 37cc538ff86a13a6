/**
 * A process whose spool is on a disk that it fills up, and makes room on again. Writes what happened as one line of JSON.
 * `limit`: instead of filling it, it has the kernel refuse files of more than some bytes.
 */
import { execFileSync } from 'node:child_process'
import { appendFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../../../adapters/clock/system.ts'
import { openDirectoryStorage } from '../../../../agent/spool/directory-storage.ts'
import { openSpool } from '../../../../agent/spool/spool.ts'
import { unpackBatch } from '../../../../core/batch-bytes.ts'
import { makeSnapshot, minuteMs, startMs } from '../../../make.ts'
import { createRecordingLog } from '../recording-log.ts'

const [, , directory = '', way] = process.argv
const filler = join(directory, 'filler')
const limitFiles = (bytes: string) => execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`])

/** Gives what the system says then. */
function fill(): string {
  if (way === 'limit') limitFiles('16')
  for (let blockBytes = 4_096; ; ) {
    try {
      appendFileSync(filler, Buffer.alloc(blockBytes))
    } catch (error) {
      if (blockBytes === 1) return (error as NodeJS.ErrnoException).code ?? ''
      blockBytes /= 2
    }
  }
}

function makeRoom(): void {
  if (way === 'limit') limitFiles('unlimited')
  rmSync(filler, { force: true })
}

const log = createRecordingLog()
const storage = openDirectoryStorage(join(directory, 'spool'))
const bounds = { maxBytes: 1_000_000, maxAgeMs: 86_400_000 }
const spool = await openSpool({ storage, stream: 'a'.repeat(16), ...bounds, clock: systemClock, log })
const add = async (seconds: readonly number[]) => {
  for (const second of seconds) {
    await spool.add(makeSnapshot({ atMs: startMs + second * 1_000 }))
    await spool.seal({ host: 'web-1', agentVersion: '1.0.0', shipEveryMs: minuteMs, facts: {} })
  }
}
await add([0])
const code = fill()
await add([1, 2, 3])
const { state: full, batches: waiting } = spool.stats()
makeRoom()
await add([4])
const seconds: number[] = []
for (const batch of spool.batches()) {
  const unpacked = unpackBatch((await spool.read(batch))?.body ?? new Uint8Array())
  if (!unpacked.ok) throw new Error(unpacked.reason)
  for (const record of unpacked.batch.records)
    seconds.push(record.kind === 'snapshot' ? (record.observedAtMs - startMs) / 1_000 : -1)
}
const files = (await storage.list()).length
process.stdout.write(
  JSON.stringify({ code, full, waiting, after: spool.stats().state, seconds, files, told: log.told() }),
)
