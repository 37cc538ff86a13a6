import { describe, expect, it, vi } from 'vitest'
import { type Here, here, useFunctions } from './function.ts'
import { isAlive } from './processes.ts'

describe('a function on LocalStack', () => {
  const deploy = useFunctions()

  it('is a process that is kept for the next invocation', async () => {
    const made = await deploy()
    const first = await made.invoke({ do: 'here' })
    const warm = await made.invoke({ do: 'here' })
    expect(first.answer).toMatchObject({ calls: 1 })
    expect(warm.answer).toMatchObject({ pid: (first.answer as Here).pid, calls: 2 })
    expect(first.log).toMatch(/Init Duration: [\d.]+ ms/)
    expect(warm.log).not.toContain('Init Duration')
    process.stderr.write(`invocation: first ${first.tookMs.toFixed(0)} ms, warm ${warm.tookMs.toFixed(0)} ms\n`)
  })

  it('answers null for nothing, and takes and gives megabytes', async () => {
    const made = await deploy()
    expect(await made.invoke()).toMatchObject({ answer: null })
    const text = 'ü'.repeat(2_000_000)
    expect(await made.invoke({ do: 'echo', text })).toMatchObject({ answer: { length: 2_000_000 } })
    const { answer } = await made.invoke({ do: 'large', bytes: 6_000_000 })
    expect((answer as string).length).toBe(6_000_000)
  })

  it('answers six megabytes at most', async () => {
    const made = await deploy()
    const { answer, error } = await made.invoke({ do: 'large', bytes: 6 * 1024 * 1024 + 200 })
    expect(error).toBe('Unhandled')
    expect(answer).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' })
    expect(await made.invoke({ do: 'here' })).toMatchObject({ answer: { calls: 2 } })
  })

  it.each([
    ['throws', 'fail', { errorType: 'RangeError', errorMessage: 'a threshold of 101 %' }, /index\.mjs:\d+/],
    ['rejects with a text', 'failWithText', { errorType: 'string', errorMessage: 'just text' }, undefined],
  ])('tells the error when it %s, and lives on', async (_, action, expected, trace) => {
    const made = await deploy()
    const { pid } = await here(made)
    const { answer, error, log } = await made.invoke({ do: action })
    expect(error).toBe('Unhandled')
    expect(answer).toMatchObject(expected)
    if (trace) expect((answer as { trace: string[] }).trace.join('\n')).toMatch(trace)
    expect(log).toContain(`ERROR\tInvoke Error\t{"errorType":"${expected.errorType}"`)
    expect(await here(made)).toMatchObject({ pid, calls: 3 })
  })

  it.each([
    ['exits', { do: 'exit', code: 3 }, 'Runtime.ExitError', /Runtime exited with error: exit status 3$/],
    [
      'exits as if all were well',
      { do: 'exit', code: 0 },
      'Runtime.ExitError',
      /Runtime exited with error: exit status 0$/,
    ],
    ['runs out of memory', { do: 'exhaust' }, 'Runtime.ExitError', /Runtime exited with error: signal: SIGABRT$/],
    ['leaves a rejection', { do: 'unhandled' }, 'Runtime.UnhandledPromiseRejection', /^Error: nobody waits for this$/],
    ['leaves an exception', { do: 'uncaught' }, 'TypeError', /^thrown by a timer$/],
  ])('is replaced when it %s', async (_, event, errorType, errorMessage) => {
    const made = await deploy()
    const { pid } = await here(made)
    const { answer, error, log } = await made.invoke(event)
    expect(error).toBe('Unhandled')
    expect(answer).toMatchObject({ errorType, errorMessage: expect.stringMatching(errorMessage) })
    expect(log).toContain(errorMessage.source.includes('SIGABRT') ? 'heap out of memory' : 'REPORT RequestId')
    const next = await here(made)
    expect(next.calls).toBe(1)
    expect(next.pid).not.toBe(pid)
    expect(isAlive(pid)).toBe(false)
  })

  it.each([
    ['waits', { do: 'sleep', ms: 60_000 }],
    ['computes', { do: 'loop' }],
  ])('is ended and replaced when it %s for longer than it may', async (_, event) => {
    const made = await deploy({ timeoutSeconds: 1 })
    const { pid } = await here(made)
    const { answer, error, log, tookMs } = await made.invoke(event)
    expect(error).toBe('Unhandled')
    expect(answer).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/),
    })
    expect(tookMs).toBeGreaterThan(990)
    expect(tookMs).toBeLessThan(3_000)
    expect(log).toContain('Task timed out after 1.00 seconds')
    expect(log).toContain('Status: timeout')
    expect(isAlive(pid)).toBe(false)
    expect(await here(made)).toMatchObject({ calls: 1 })
  })

  it('ends with what it has started', async () => {
    const made = await deploy({ timeoutSeconds: 1 })
    const { log } = await made.invoke({ do: 'spawnAndLoop' })
    const pids = /spawned (\d+) by (\d+)/.exec(log)?.slice(1).map(Number) ?? []
    expect(pids).toHaveLength(2)
    await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]))
  })

  it.each([
    ['throws', { 'index.mjs': 'throw new RangeError("not today")' }, 'RangeError', /^not today$/],
    ['has no such file', { 'other.mjs': '' }, 'Runtime.ImportModuleError', /Cannot find module 'index'/],
    ['imports what is not there', { 'index.mjs': 'import "./gone.mjs"' }, 'Runtime.ImportModuleError', /gone\.mjs/],
    [
      'has no such export',
      { 'index.mjs': 'export const other = 1' },
      'Runtime.HandlerNotFound',
      /index\.handler is undefined/,
    ],
    ['is no JavaScript', { 'index.mjs': 'export const = ;' }, 'Runtime.UserCodeSyntaxError', /Unexpected token/],
    ['ends the process', { 'index.mjs': 'process.exit(7)' }, 'Runtime.ExitError', /exit status 7$/],
  ])(
    'tells why it could not be loaded, each time, and in its log, when its module %s',
    async (_, files, errorType, message) => {
      const made = await deploy({ files: { ...files, 'package.json': '{}' } })
      for (const _attempt of [1, 2]) {
        const { answer, error, log } = await made.invoke()
        expect(error).toBe('Unhandled')
        expect(answer).toMatchObject({ errorType, errorMessage: expect.stringMatching(message) })
        expect(log).toMatch(/Uncaught Exception|Runtime exited with error/)
      }
    },
  )

  it('has a process for each invocation at the same time, and keeps them', async () => {
    const made = await deploy()
    const atOnce = async () => {
      const all = await Promise.all([1, 2, 3, 4].map(() => made.invoke({ do: 'sleep', ms: 1_500 })))
      return all.map(({ answer }) => answer as Here & { startedAt: number; endedAt: number })
    }
    const first = await atOnce()
    const pids = new Set(first.map(({ pid }) => pid))
    expect(pids.size).toBe(4)
    const lastStart = Math.max(...first.map(({ startedAt }) => startedAt))
    expect(lastStart).toBeLessThan(Math.min(...first.map(({ endedAt }) => endedAt)))
    const again = await atOnce()
    expect(again.every(({ pid, calls }) => pids.has(pid) && calls === 2)).toBe(true)
  })
})
