import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startLocalStack } from '../../../../infra/localstack/start.ts'
import { isAlive } from '../../../localstack/lambda/processes.ts'
import { fakeExecutable } from './fake-executable.ts'

const here = import.meta.dirname

describe('a LocalStack', () => {
  let directory: string
  let logPath: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vitals-test-'))
    logPath = join(directory, 'localstack.log')
  })
  afterEach(() => rm(directory, { recursive: true }))

  const python = (behaviour: string) =>
    fakeExecutable(join(directory, 'python'), join(here, 'fake-localstack.mjs'), behaviour)
  const start = async (behaviour: string) => startLocalStack({ python: await python(behaviour), logPath })

  /** What it wrote into its log when it started. */
  function told(): { env: Record<string, string>; pids: number[] } {
    const line = readFileSync(logPath, 'utf8').split('\n')[0] ?? ''
    return JSON.parse(line)
  }

  function leftovers(): string[] {
    const { env, pids } = told()
    const running = pids.filter((pid) => isAlive(pid)).map((pid) => `process ${pid}`)
    return [...running, ...(existsSync(env.FILESYSTEM_ROOT ?? '') ? [`${env.FILESYSTEM_ROOT}`] : [])]
  }

  /** What is killed is gone a moment later. */
  const nothingIsLeft = () => vi.waitFor(() => expect(leftovers()).toEqual([]), { timeout: 5_000, interval: 20 })

  it('is up when all services run, and is given nothing of its caller', async () => {
    vi.stubEnv('AWS_PROFILE', 'production')
    vi.stubEnv('MONITOR_BUCKET', 's3://mine')
    const running = await start('works')
    vi.unstubAllEnvs()
    const { env } = told()
    expect(env).toMatchObject({ GATEWAY_LISTEN: new URL(running.url).host, LAMBDA_RUNTIME_EXECUTOR: 'vitals' })
    expect(env.HOME).toBe(env.FILESYSTEM_ROOT)
    expect(Object.keys(env).filter((name) => /^(?:AWS|MONITOR|NODE|npm)_/i.test(name))).toEqual([])
    await running.stop()
  })

  it('ends with its functions and its directory when it is stopped', async () => {
    const running = await start('works')
    expect(leftovers()).toHaveLength(3)
    await running.stop()
    await nothingIsLeft()
    await running.stop()
  })

  it('tells the end of the log when it ends while it starts', async () => {
    const error = await start('ends at once').catch((thrown: Error) => thrown)
    expect(String(error)).toContain('LocalStack ended while it started')
    expect(String(error)).toContain('ImportError: there is no such module')
    expect(String(error)).toContain(logPath)
  })

  it('is not up, and names them, when services are missing', async () => {
    await expect(start('lacks ses')).rejects.toThrow(/ses is error: expected every one to be running/)
    await nothingIsLeft()
  })

  it('takes no port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    await expect(startLocalStack({ python: await python('works'), logPath, port })).rejects.toThrow(
      `port ${port} of 127.0.0.1 is taken: name another, or end what listens there`,
    )
    server.close()
  })

  it('tells when it ends by itself, and leaves nothing', async () => {
    const running = await start('works')
    await fetch(`${running.url}/end`).catch(() => undefined)
    await expect(running.stop()).rejects.toThrow(`LocalStack had ended by itself; its log is ${logPath}`)
    expect(await running.died).toContain('Ready.')
    await nothingIsLeft()
  })

  it('ends when its starter is killed', async () => {
    const holder = spawn(process.execPath, [join(here, 'start-holder.ts'), await python('works'), logPath])
    await new Promise((resolve) => holder.stdout.once('data', resolve))
    expect(leftovers()).toHaveLength(3)
    holder.kill('SIGKILL')
    await nothingIsLeft()
  })
})
