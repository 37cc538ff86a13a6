import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import {
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda'
import { describe, expect, inject, it, vi } from 'vitest'
import { type Here, here, useFunctions } from './function.ts'
import { readLogGroup } from './log-group.ts'
import { isAlive } from './processes.ts'
import { zip } from './zip.ts'

describe('a function on LocalStack, and what is around it', () => {
  const deploy = useFunctions()
  const url = inject('localstackUrl')

  it("is given Lambda's context, runs on the project's Node, in its code", async () => {
    const made = await deploy({ timeoutSeconds: 7, memoryMb: 256 })
    const { answer } = await made.invoke({ do: 'tell' })
    expect(answer).toMatchObject({
      node: process.version,
      cwd: expect.stringMatching(/\/code$/),
      context: {
        functionName: made.name,
        functionVersion: '$LATEST',
        memoryLimitInMB: '256',
        invokedFunctionArn: expect.stringMatching(new RegExp(`^arn:aws:lambda:us-east-1:\\d+:function:${made.name}$`)),
        awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        logGroupName: `/aws/lambda/${made.name}`,
      },
    })
    const { leftMs } = answer as { leftMs: number }
    expect(leftMs).toBeGreaterThan(5_000)
    expect(leftMs).toBeLessThanOrEqual(7_000)
  })

  it('has its own environment, and nothing of the machine or of LocalStack but the PATH', async () => {
    const made = await deploy({ environment: { MONITOR_INTERVAL: '60', TZ: 'Europe/Berlin' } })
    const environment = (await made.invoke({ do: 'environment' })).answer as Record<string, string>
    expect(environment).toMatchObject({
      MONITOR_INTERVAL: '60',
      TZ: 'Europe/Berlin',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: url,
      AWS_LAMBDA_FUNCTION_NAME: made.name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      _HANDLER: 'index.handler',
    })
    const known =
      /^(?:_?AWS_|LAMBDA_|LOCALSTACK_|MONITOR_INTERVAL$|TZ$|LANG$|PATH$|HOME$|TMPDIR$|EDGE_PORT$|_HANDLER$|pid$|calls$)/
    expect(Object.keys(environment).filter((name) => !known.test(name))).toEqual([])
    expect(environment.HOME).not.toBe(homedir())
  })

  it('has a directory for temporary files of its own, which goes with it', async () => {
    const made = await deploy()
    const written = await made.invoke({ do: 'write', name: 'kept' })
    const looked = await Promise.all([1, 2].map(() => made.invoke({ do: 'temporary', ms: 1_000 })))
    const seen = looked.map(({ answer }) => answer as Here & { directory: string; names: string[] })
    expect(new Set(seen.map(({ directory }) => directory)).size).toBe(2)
    for (const { pid, names } of seen) {
      expect(names).toEqual(pid === (written.answer as Here).pid ? ['kept'] : [])
    }
    await made.remove()
    await vi.waitFor(() => {
      expect(seen.filter(({ pid }) => isAlive(pid))).toEqual([])
      expect(seen.filter(({ directory }) => existsSync(directory))).toEqual([])
    })
  })

  it('can not change its code', async () => {
    const made = await deploy()
    const { answer } = await made.invoke({ do: 'code' })
    const { isWritable, uid, outcome } = answer as { isWritable: boolean; uid: number; outcome: string }
    expect(isWritable).toBe(false)
    // Nothing holds root back.
    expect(outcome).toBe(uid === 0 ? 'written' : 'EACCES')
  })

  it('logs what it prints, in order, to CloudWatch Logs and to who invokes it', async () => {
    const made = await deploy()
    const { log } = await made.invoke({ do: 'print', lines: ['one\n', 'two\n', 'three: ü\n', 'four without end'] })
    expect(log).toMatch(
      /^START RequestId: (\S+) Version: \$LATEST\none\ntwo\nthree: ü\nfour without end\nEND RequestId: \1\nREPORT RequestId: \1\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\n$/,
    )
    await made.invoke({ do: 'fail' })
    const messages = await vi.waitFor(
      async () => {
        const all = await readLogGroup(url, `/aws/lambda/${made.name}`)
        expect(all.filter((message) => message.startsWith('REPORT'))).toHaveLength(2)
        return all
      },
      { timeout: 10_000, interval: 100 },
    )
    expect(messages.slice(0, 7).join('')).toBe(log)
    expect(messages.filter((message) => message.startsWith('ERROR\tInvoke Error'))).toHaveLength(1)
  })

  it('is not held up by what it prints', async () => {
    const made = await deploy()
    const { log, error } = await made.invoke({ do: 'printMuch', bytes: 3_000_000 })
    expect(error).toBeUndefined()
    expect(log).toMatch(/y+\nEND RequestId/)
  })

  it('is frozen between invocations', async () => {
    const made = await deploy()
    await made.invoke({ do: 'tickLater', ms: 50 })
    await new Promise((resolve) => setTimeout(resolve, 600))
    const { tickedAfterMs } = (await made.invoke({ do: 'ticked' })).answer as { tickedAfterMs: number }
    expect(tickedAfterMs).toBeGreaterThan(500)
  })

  it('may be CommonJS, in a folder, and nested in an export', async () => {
    const files = { 'src/main.cjs': 'exports.api = { read: async () => "read in " + __dirname.split("/").pop() }' }
    const made = await deploy({ files, handler: 'src/main.api.read' })
    expect(await made.invoke()).toMatchObject({ answer: 'read in src' })
  })

  it('runs new code, and has new settings, from the next invocation on', async () => {
    const made = await deploy()
    const { pid } = await here(made)
    const updated = () =>
      waitUntilFunctionUpdatedV2(
        { client: made.lambda, maxWaitTime: 30, minDelay: 0.1, maxDelay: 0.5 },
        { FunctionName: made.name },
      )
    const configuration = { FunctionName: made.name, Environment: { Variables: { MONITOR_INTERVAL: '5' } } }
    await made.lambda.send(new UpdateFunctionConfigurationCommand(configuration))
    await updated()
    expect((await made.invoke({ do: 'environment' })).answer).toMatchObject({ MONITOR_INTERVAL: '5' })
    expect((await made.invoke({ do: 'code' })).answer).toMatchObject({ isWritable: false })
    const files = { 'index.mjs': 'export const handler = async () => "new"' }
    await made.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: made.name, ZipFile: zip(files) }))
    await updated()
    expect((await made.invoke()).answer).toBe('new')
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false))
  })

  it('reaches LocalStack', async () => {
    const made = await deploy()
    expect((await made.invoke({ do: 'health' })).answer).toMatchObject({ services: { lambda: 'running' } })
  })

  it('runs on Node or not at all', async () => {
    const failed = await deploy({ runtime: 'python3.13' }).catch((error: Error) => error)
    expect(String(failed)).toContain('runtime python3.13: expected nodejs')
  })
})
