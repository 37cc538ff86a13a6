import { expect, it, vi } from 'vitest'
import { silentLog } from '../../../adapters/log/port.ts'
import type { Functions } from '../../../embedded/functions.ts'
import { createJobs } from '../../../embedded/jobs.ts'
import { makeSettings } from '../../make.ts'

const nothing = { objects: 0, bytes: 0, more: false }

function jobsThatSweep(sweep: Functions['sweep']) {
  const functions = { rollup: async () => [], sweep } as unknown as Functions
  return createJobs({ settings: makeSettings(), functions, log: silentLog })
}

async function sweepsInRollups(sweep: Functions['sweep'], rollups: number): Promise<number> {
  const counted = vi.fn(sweep)
  const { rollup } = jobsThatSweep(counted)
  for (let run = 0; run < rollups; run++) {
    await rollup.runNow()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return counted.mock.calls.length
}

it.each([
  ['once a day', async () => nothing, 1],
  ['once a day, also when it fails', () => Promise.reject(new Error('AccessDenied')), 1],
  ['again after the next rollup when something was left', async () => ({ ...nothing, more: true }), 3],
])('sweeps after rollup, %s', async (_, sweep, times) => {
  expect(await sweepsInRollups(sweep, 3)).toBe(times)
})

it('decides on while a receiver hangs, and tells what was decided meanwhile when it has given up', async () => {
  const { promise: answer, resolve: giveUp } = Promise.withResolvers<void>()
  const evaluate = vi.fn(async () => [{ outcome: 'committed', transitions: [], notices: 1, more: false }])
  const notify = vi.fn(async () => {
    await answer
    return { sent: [] }
  })
  const functions = { evaluate, notify } as unknown as Functions
  const jobs = createJobs({ settings: makeSettings(), functions, log: silentLog })
  for (let run = 0; run < 3; run++) await jobs.evaluate.runNow()
  expect([evaluate.mock.calls.length, notify.mock.calls.length]).toEqual([3, 1])
  giveUp()
  await jobs.notify.runNow()
  expect(notify.mock.calls.length).toBeGreaterThanOrEqual(2)
})

it('does not sweep when rollup failed', async () => {
  const sweep = vi.fn(async () => nothing)
  const rollup = () => Promise.reject(new Error('damaged'))
  const functions = { rollup, sweep } as unknown as Functions
  const jobs = createJobs({ settings: makeSettings(), functions, log: silentLog })
  await jobs.rollup.runNow()
  expect(sweep).not.toHaveBeenCalled()
})
