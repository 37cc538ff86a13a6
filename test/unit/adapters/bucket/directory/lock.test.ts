import { mkdtemp, rm, stat, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createProcessLock } from '../../../../../adapters/bucket/directory/lock.ts'
import { systemClock } from '../../../../../adapters/clock/system.ts'

let path: string
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'vitals-lock-')), '.lock.sqlite')
})
afterEach(() => rm(join(path, '..'), { recursive: true }))

/** Time that passes only when somebody sleeps, and then `sleepsTimes` as fast: SQLite itself blocks 20 ms a try. */
function fakeClock({ onSleep = () => {}, sleepsTimes = 1 } = {}) {
  let nowMs = 0
  const sleep = async (ms: number) => {
    nowMs += ms * sleepsTimes
    onSleep()
  }
  return { now: () => nowMs, monotonicMs: () => nowMs, sleep }
}

describe('the lock between processes', () => {
  it('gives what the critical section gives, throws what it throws, and is free after both', async () => {
    const lock = createProcessLock({ path, clock: systemClock })
    expect(await lock.hold(() => 42)).toBe(42)
    const failing = lock.hold(() => {
      throw new Error('within')
    })
    await expect(failing).rejects.toThrow('within')
    expect(await lock.hold(() => 43)).toBe(43)
  })

  it('writes nothing: the file stays empty, and no journal comes beside it', async () => {
    const lock = createProcessLock({ path, clock: systemClock })
    for (let round = 0; round < 10; round++) {
      await lock.hold(() => {})
    }
    expect((await stat(path)).size).toBe(0)
    await expect(stat(`${path}-journal`)).rejects.toThrow('ENOENT')
  })

  it('waits, without blocking, until the holder is done', async () => {
    const holder = new DatabaseSync(path)
    holder.exec('BEGIN IMMEDIATE')
    let waits = 0
    const onSleep = () => {
      waits += 1
      if (waits === 3) holder.exec('ROLLBACK')
    }
    const lock = createProcessLock({ path, clock: fakeClock({ onSleep }) })
    expect(await lock.hold(() => 'mine')).toBe('mine')
    expect(waits).toBe(3)
    holder.close()
  })

  it('gives up with a hint when the holder never is, and works again once it is', async () => {
    const holder = new DatabaseSync(path)
    holder.exec('BEGIN IMMEDIATE')
    const lock = createProcessLock({ path, clock: fakeClock({ sleepsTimes: 1_000 }) })
    await expect(lock.hold(() => 'mine')).rejects.toThrow(/another process holds .*\.lock\.sqlite.*is one stopped/)
    holder.exec('ROLLBACK')
    expect(await lock.hold(() => 'mine')).toBe('mine')
    holder.close()
  })

  it('says which file it can not open', async () => {
    const lock = createProcessLock({ path: join(path, 'nowhere', 'lock'), clock: systemClock })
    await expect(lock.hold(() => {})).rejects.toThrow(/^lock .*nowhere.*lock: unable to open.*permission/)
  })

  it('refuses to go on when its file was removed', async () => {
    const lock = createProcessLock({ path, clock: systemClock })
    await lock.hold(() => {})
    await unlink(path)
    await expect(lock.hold(() => {})).rejects.toThrow(/is not the file that was opened/)
  })
})
