import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bucket, BucketError } from '../../../../adapters/bucket/port.ts'
import { changeControl, readControl } from '../../../../adapters/control/control.ts'
import { withAck, withSilence } from '../../../../core/telling/control.ts'
import { startMs } from '../../../make.ts'
import { createMemoryBucket } from '../../../simulation/memory-bucket.ts'

const acknowledge = (bucket: Bucket, number: number) =>
  changeControl(bucket, (control) => {
    const incident = String(number).padStart(12, '0')
    return withAck(control, { incident, untilMs: startMs + 1, by: 'root', comment: '', atMs: startMs })
  })

describe('the control object', () => {
  it('has what each of those said who wrote at the same time', async () => {
    const bucket = createMemoryBucket({ now: () => startMs })
    await Promise.all([1, 2, 3, 4].map((number) => acknowledge(bucket, number)))
    expect((await readControl(bucket)).control.acks).toHaveLength(4)
  })

  it('is not changed by who is refused', async () => {
    const bucket = createMemoryBucket({ now: () => startMs })
    expect(await changeControl(bucket, () => ({ ok: false, reason: 'no' }))).toEqual({ ok: false, reason: 'no' })
    expect(await bucket.get('control/v1.json')).toBeUndefined()
  })

  it('has each word once, whichever answers of the store are lost', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('ok', 'lost before', 'lost after'), { maxLength: 7 }),
        async (fates) => {
          const memory = createMemoryBucket({ now: () => startMs })
          const left = fates.values()
          const unknown = () =>
            new BucketError('no answer', { operation: 'put', key: 'control/v1.json', effect: 'unknown' })
          const bucket: Bucket = {
            ...memory,
            put: async (...args) => {
              const { value: fate = 'ok' } = left.next()
              if (fate === 'lost before') throw unknown()
              const result = await memory.put(...args)
              if (fate === 'lost after') throw unknown()
              return result
            },
          }
          for (const number of [1, 2, 3]) await acknowledge(bucket, number)
          const { control } = await readControl(memory)
          expect(control.acks.map(({ incident }) => Number(incident))).toEqual([1, 2, 3])
        },
      ),
    )
  })

  it('has a silence once, though others write between the lost answer and the next try', async () => {
    const memory = createMemoryBucket({ now: () => startMs })
    let lost = false
    const bucket: Bucket = {
      ...memory,
      put: async (key, ...rest) => {
        const result = await memory.put(key, ...rest)
        if (lost) return result
        lost = true
        await acknowledge(memory, 1)
        throw new BucketError('no answer', { operation: 'put', key, effect: 'unknown' })
      },
    }
    const span = { fromMs: startMs, untilMs: startMs + 1, createdAtMs: startMs }
    const silence = { id: '0a1b2c3d', match: { hosts: ['*'] }, ...span, by: 'root', comment: '' }
    await changeControl(bucket, (control) => withSilence(control, silence))
    const { control } = await readControl(memory)
    expect([control.silences, control.acks.length]).toEqual([[silence], 1])
  })

  it('says when it is damaged, and is left as it is', async () => {
    const bucket = createMemoryBucket({ now: () => startMs })
    await bucket.put('control/v1.json', Buffer.from('{"v":1}'))
    await expect(acknowledge(bucket, 1)).rejects.toThrow(/^control: silences: /)
    expect(Buffer.from((await bucket.get('control/v1.json'))?.body ?? []).toString()).toBe('{"v":1}')
  })
})
