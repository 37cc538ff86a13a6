import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readShardState } from '../../../../adapters/bucket/shard-state.ts'
import { type RebuildOptions, rebuildState } from '../../../../cli/state/rebuild.ts'
import { defaultRuleSet } from '../../../../core/alerts/default-rules.ts'
import { pack } from '../../../../core/codec.ts'
import { blockKey, checkpointPrefix, logPrefix, parseBlockKey, stateKey } from '../../../../core/keys.ts'
import { encodeBlock } from '../../../../core/shard/block.ts'
import { withAck } from '../../../../core/telling/control.ts'
import { liveOn } from '../../../lived-bucket.ts'
import { makeSettings, makeSnapshot, minuteMs, startMs } from '../../../make.ts'
import { createMemoryBucket, type MemoryBucket } from '../../../simulation/memory-bucket.ts'

const rules = defaultRuleSet(makeSettings())
const hourMs = 60 * minuteMs
const shard = 'all'

const memoryBucket = () => createMemoryBucket({ now: () => startMs })
const rebuild = (bucket: MemoryBucket, options: Partial<RebuildOptions> = {}) =>
  rebuildState({ bucket, shard, rules, dryRun: false, ...options })

/** Three days of it: an alert that fires, is acknowledged and ends; each day begins with a checkpoint. */
async function livedThreeDays() {
  const bucket = memoryBucket()
  const lived = await liveOn(bucket, { rules })
  for (const [hours, disk] of [
    [0, 50],
    [1, 95],
    [23, 95],
    [24, 40],
    [10, 95],
  ] as const) {
    lived.pass(hours * hourMs + minuteMs)
    await lived.send('web-1', [makeSnapshot({ atMs: lived.now(), disks: [['/var', disk]] })])
    await lived.evaluate()
    const ack = { incident: '0123456789ab', untilMs: lived.now() + hourMs, by: 'ada', comment: '', atMs: lived.now() }
    await lived.say((control) => withAck(control, ack))
  }
  return { bucket, lived }
}

describe('state that is gone', () => {
  const step = fc.record({
    minutes: fc.constantFrom(1, 1, 5, 90, 1_440),
    sends: fc.array(
      fc.record({
        host: fc.constantFrom('web-1', 'db-1', '__proto__'),
        disk: fc.constantFrom(50, 95),
        lateMinutes: fc.constantFrom(0, 0, 7),
        does: fc.constantFrom('snapshot', 'snapshot', 'goodbye', 'again'),
      }),
      { maxLength: 3 },
    ),
  })

  it('is the same again out of the log, whatever hosts did', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const bucket = memoryBucket()
        const lived = await liveOn(bucket, { rules })
        for (const { minutes, sends } of steps) {
          lived.pass(minutes * minuteMs)
          for (const { host, disk, lateMinutes, does } of sends) {
            const atMs = lived.now() - lateMinutes * minuteMs
            if (does === 'again') await lived.sendAgain(host)
            else if (does === 'goodbye') await lived.send(host, [{ kind: 'goodbye', observedAtMs: atMs }])
            else await lived.send(host, [makeSnapshot({ atMs, disks: [['/var', disk]] })])
          }
          await lived.evaluate()
          await lived.notify()
        }
        const was = await readShardState(bucket, shard)
        await bucket.delete([stateKey(shard)])
        const { outcome } = await rebuild(bucket)
        expect(outcome).toBe(was ? 'rebuilt' : 'no-log')
        expect((await readShardState(bucket, shard))?.state).toEqual(was?.state)
      }),
      { numRuns: 25 },
    )
  })

  it('is made from the last checkpoint on, as far as the log has been swept', async () => {
    const { bucket, lived } = await livedThreeDays()
    const was = (await readShardState(bucket, shard))?.state
    const checkpoints = (await bucket.list(checkpointPrefix(shard))).objects.map(({ key }) => key)
    expect(checkpoints).toHaveLength(2)
    const [first, second] = (await bucket.list(logPrefix(shard))).objects.map(({ key }) => key)
    await bucket.delete([stateKey(shard), first ?? '', second ?? ''])
    expect(await rebuild(bucket)).toMatchObject({ outcome: 'rebuilt', block: was?.head?.n, hosts: 1 })
    expect((await readShardState(bucket, shard))?.state).toEqual(was)
    // And evaluate goes on with it.
    lived.pass(minuteMs)
    await lived.send('web-1')
    await lived.evaluate()
    expect((await readShardState(bucket, shard))?.state.head?.n).toBe((was?.head?.n ?? 0) + 1)
  })

  it('that is there stays, and a dry run puts nothing', async () => {
    const { bucket } = await livedThreeDays()
    const before = bucket.etags()
    expect(await rebuild(bucket)).toEqual({ outcome: 'there', shard })
    await bucket.delete([stateKey(shard)])
    expect(await rebuild(bucket, { dryRun: true })).toMatchObject({ outcome: 'rebuilt' })
    before.delete(stateKey(shard))
    expect(bucket.etags()).toEqual(before)
  })

  it('has to be told which block was the last, where a run that lost left another', async () => {
    const { bucket } = await livedThreeDays()
    const { state } = (await readShardState(bucket, shard)) ?? {}
    if (!state?.head) throw new Error('nothing was committed')
    const lost = { shard, n: state.head.n, write: 'b'.repeat(16), prev: state.head.prev }
    const header = { kind: 'block', v: 1, ...lost, nowMs: startMs, rulesHash: '', sawWholeInbox: true } as const
    await bucket.put(blockKey(lost), pack(encodeBlock({ header, rows: [] })))
    await bucket.delete([stateKey(shard)])
    await expect(rebuild(bucket)).rejects.toThrow(
      /ends with \w{16} or \w{16}, and one of them was committed: expected --head/,
    )
    await expect(rebuild(bucket, { head: 'c'.repeat(16) })).rejects.toThrow('expected --head')
    expect(await rebuild(bucket, { head: state.write })).toMatchObject({ outcome: 'rebuilt' })
    expect((await readShardState(bucket, shard))?.state).toEqual(state)
  })

  it('is not guessed at where rules were others, or blocks are missing', async () => {
    const { bucket } = await livedThreeDays()
    await bucket.delete([stateKey(shard)])
    const others = defaultRuleSet(makeSettings({ diskThreshold: 60 }))
    await expect(rebuild(bucket, { rules: others })).rejects.toThrow(
      /block \d+ of shard all, decided at 2026-.*was decided by other rules: expected the vitals.yml and settings of that time/,
    )
    const checkpoints = (await bucket.list(checkpointPrefix(shard))).objects.map(({ key }) => key)
    const blocks = (await bucket.list(logPrefix(shard))).objects.map(({ key }) => key)
    await bucket.delete([...checkpoints, ...blocks.filter((key) => parseBlockKey(key)?.n === 1)])
    await expect(rebuild(bucket)).rejects.toThrow('begins in the middle, and has no checkpoint')
    expect(await bucket.get(stateKey(shard))).toBeUndefined()
  })
})
