import { expect, it } from 'vitest'
import { type Check, well } from '../../../../cli/doctor/check.ts'
import { runChecks } from '../../../../cli/doctor/run-checks.ts'
import { doctorText } from '../../../../cli/doctor/text.ts'
import { createManualClock } from '../../functions/notify/manual-clock.ts'
import { makeContext } from './context.ts'

it('tells in order what was found, of a check that hangs that it did, and of one that fails why', async () => {
  const clock = createManualClock()
  const checks: Check[] = [
    { title: 'hangs', deadlineMs: 5_000, run: () => new Promise(() => {}) },
    { title: 'fails', deadlineMs: 5_000, run: async () => Promise.reject(new Error('it broke')) },
    { title: 'works', deadlineMs: 5_000, run: async () => [well('it', 'is there')] },
  ]
  const done: number[] = []
  const running = runChecks(checks, makeContext({}, { clock }), (count) => done.push(count))
  await new Promise((resolve) => setImmediate(resolve))
  clock.advance(5_000)
  expect(await running).toMatchObject([
    { title: 'hangs', results: [{ outcome: 'unknown', finding: 'no-answer', found: 'no answer in 5 s' }] },
    {
      title: 'fails',
      results: [{ outcome: 'unknown', finding: 'check-failed', found: 'it broke', remedy: 'it broke' }],
    },
    { title: 'works', results: [{ outcome: 'ok' }] },
  ])
  expect(done).toEqual([1, 2, 3])
})

it('prints no line wider than the terminal, no sequence of a host, and colours only where they are asked for', () => {
  const found = `${'many words '.repeat(20)}\u001b[31m`
  const results = [
    { name: 'a name that is very long, longer than its column', outcome: 'problem' as const, found, remedy: found },
    well('short', 'fine'),
  ]
  const text = doctorText([{ title: 'things', results }], { columns: 80, colour: false })
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  expect(text).not.toContain('\u001b')
  expect(text).toMatch(/ {6}→ many words/)
  expect(text).toMatch(/1 problem to be put right\./)
  const coloured = doctorText([{ title: 'things', results }], { columns: 80, colour: true })
  expect(coloured).toContain('\u001b[31m✗\u001b[0m')
  expect(doctorText([{ title: 'x', results: [well('a', 'b')] }], { columns: 80, colour: false })).toMatch(
    /All is well\.$/,
  )
})
