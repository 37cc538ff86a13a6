import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { reportLimitKey } from '../../../../core/keys.ts'
import { limitReports, reportLimit } from '../../../../functions/open/limit.ts'
import { memoryBucket } from '../rollup/committed-log.ts'

function limited() {
  const bucket = memoryBucket()
  const time = { nowMs: 1_000_000_000 }
  const make = vi.fn(async () => ({ href: '/made' }))
  const ask = () => limitReports({ bucket, clock: { now: () => time.nowMs }, make })({ hours: 24 })
  return { bucket, time, make, ask }
}

describe('the limit of reports on demand', () => {
  it('lets so many through, and tells the next how long it is until the first of them is past', async () => {
    const { time, make, ask } = limited()
    for (let turn = 0; turn < reportLimit.most; turn++) {
      expect(await ask()).toEqual({ href: '/made' })
      time.nowMs += 1_000
    }
    expect(await ask()).toEqual({ waitMs: reportLimit.withinMs - reportLimit.most * 1_000 })
    expect(make).toHaveBeenCalledTimes(reportLimit.most)
    time.nowMs += reportLimit.withinMs - reportLimit.most * 1_000
    expect(await ask()).toEqual({ href: '/made' })
    expect(await ask()).toEqual({ waitMs: 1_000 })
  })

  it('counts those who ask at the same moment in functions side by side', async () => {
    const { make, ask } = limited()
    const answers = await Promise.all(Array.from({ length: 20 }, ask))
    expect(make.mock.calls.length).toBeLessThanOrEqual(reportLimit.most)
    expect(answers.filter((answer) => 'waitMs' in answer)).toHaveLength(20 - make.mock.calls.length)
  })

  it.each(['{', '[]', '{"turns":"many"}', '{"turns":[null,"x"]}'])('begins anew when it reads %s', async (text) => {
    const { bucket, ask } = limited()
    await bucket.put(reportLimitKey, Buffer.from(text))
    expect(await ask()).toEqual({ href: '/made' })
  })

  it('never lets more through in any such time, and locks nobody out when the clock goes back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -900_000, max: 900_000 }), { maxLength: 60 }), async (steps) => {
        const { time, make, ask } = limited()
        let highestMs = 0
        const passed: number[] = []
        for (const step of steps) {
          const isForward = step >= 0
          time.nowMs += step
          const before = make.mock.calls.length
          await ask()
          if (make.mock.calls.length > before && isForward && time.nowMs >= highestMs) passed.push(time.nowMs)
          highestMs = Math.max(highestMs, time.nowMs)
        }
        for (const atMs of passed) {
          const within = passed.filter((one) => one >= atMs && one - atMs < reportLimit.withinMs)
          expect(within.length).toBeLessThanOrEqual(reportLimit.most)
        }
        time.nowMs = highestMs + reportLimit.withinMs
        expect(await ask()).toEqual({ href: '/made' })
      }),
    )
  })
})
