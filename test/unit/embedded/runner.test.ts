import { expect, test } from 'vitest'
import { silentLog } from '../../../adapters/log/port.ts'
import { createRunner } from '../../../embedded/runner.ts'

/** An act whose runs end when the test says so. */
function stepwise() {
  const ends: (() => void)[] = []
  let running = 0
  let most = 0
  const act = async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise<void>((resolve) => ends.push(resolve))
    running -= 1
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  const end = async () => {
    ends.at(-1)?.()
    await settle()
  }
  return { act, end, runs: () => ends.length, most: () => most }
}

test('what is asked while it runs is one more run, however often it is asked', async () => {
  const { act, end, runs, most } = stepwise()
  const runner = createRunner({ name: 'x', act, log: silentLog })
  for (let asked = 0; asked < 5; asked++) runner.wake()
  expect(runs()).toBe(1)
  await end()
  expect(runs()).toBe(2)
  await end()
  expect(runs()).toBe(2)
  expect(most()).toBe(1)
})

test('runNow waits for a run that began after it was asked', async () => {
  const { act, end, runs } = stepwise()
  const runner = createRunner({ name: 'x', act, log: silentLog })
  runner.wake()
  let ended = false
  const asked = runner.runNow().then(() => {
    ended = true
  })
  await end()
  expect([ended, runs()]).toEqual([false, 2])
  await end()
  await asked
  expect(ended).toBe(true)
})

test('a run that fails is told, and the next one runs', async () => {
  const told: unknown[] = []
  let runs = 0
  const act = async () => {
    runs += 1
    if (runs === 1) throw new Error('the store is away')
  }
  const log = { ...silentLog, error: (event: string, fields?: object) => told.push([event, fields]) }
  const runner = createRunner({ name: 'evaluate', act, log })
  await runner.runNow()
  await runner.runNow()
  expect(runs).toBe(2)
  expect(told).toEqual([['evaluate failed; the next run tries again', { reason: 'the store is away' }]])
})
