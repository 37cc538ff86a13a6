import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createLifecycle } from '../../../library/lifecycle.ts'
import type { Session } from '../../../library/session.ts'

type Step = 'start' | 'stop' | 'break' | 'turn'

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A life whose sessions take a turn of the event loop to open and to stop; some fail to open. */
function makeLife(opens: readonly boolean[] = []) {
  const seen = { opened: 0, running: 0, most: 0, ended: [] as (string | undefined)[] }
  let breakDown = (_: Error) => {}
  const life = createLifecycle({
    open: async () => {
      const index = seen.opened++
      seen.running += 1
      seen.most = Math.max(seen.most, seen.running)
      await turn()
      const close = () => {
        seen.running -= 1
      }
      if (opens[index % opens.length] === false) {
        close()
        throw new Error('it could not be opened')
      }
      const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
      ended.then(close, close)
      breakDown = reject
      const stop = async () => {
        await turn()
        resolve()
        await ended
      }
      return { ended, stop, evaluate: async () => {} } satisfies Session
    },
    onEnded: (error) => seen.ended.push(error?.message),
  })
  return { life, seen, breakDown: (reason: string) => breakDown(new Error(reason)) }
}

it('never runs twice at a time, whatever is asked in whatever order, and can be stopped in the end', async () => {
  const steps = fc.array(fc.constantFrom<Step[]>('start', 'start', 'stop', 'break', 'turn', 'turn'), { maxLength: 25 })
  const opens = fc.array(fc.boolean(), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(steps, opens, async (told, outcomes) => {
      const { life, seen, breakDown } = makeLife(outcomes)
      const asked: Promise<void>[] = []
      for (const step of told) {
        if (step === 'start') asked.push(life.start())
        if (step === 'stop') asked.push(life.stop())
        if (step === 'break') breakDown('it broke')
        if (step === 'turn') await turn()
        for (const one of asked) one.catch(() => undefined)
      }
      await life.stop().catch(() => undefined)
      await Promise.allSettled(asked)
      expect(seen.most).toBeLessThanOrEqual(1)
      expect(seen.running).toBe(0)
      expect(life.session()).toBeUndefined()
    }),
    // It broke between being told to stop and being told to start: the next one must not be forgotten.
    { examples: [[['start', 'turn', 'turn', 'stop', 'break', 'start', 'turn'], [true]]] },
  )
})

it('gives those that ask for the same the same', () => {
  const { life } = makeLife()
  expect(life.start()).toBe(life.start())
  expect(life.stop()).toBe(life.stop())
})

it('tells why it ended where nobody had asked for that, and can be started again', async () => {
  const { life, seen, breakDown } = makeLife()
  await life.start()
  breakDown('the disk is gone')
  await turn()
  expect(life.session()).toBeUndefined()
  await life.start()
  await life.stop()
  expect(seen).toMatchObject({ opened: 2, ended: ['the disk is gone', undefined] })
})

it('can be started again after it could not be opened', async () => {
  const { life } = makeLife([false, true])
  await expect(life.start()).rejects.toThrow('it could not be opened')
  await life.start()
  expect(life.session()).toBeDefined()
})
