import { afterEach, describe, expect, it, vi } from 'vitest'
import { stackLinkKey, stackLinks } from '../../../../adapters/lambda/links.ts'
import { type LambdaRoot, onLambda } from '../../../../adapters/lambda/root.ts'
import { verifyToken } from '../../../../core/link.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('a function on Lambda', () => {
  it('is put together by its first invocation, and kept for the next', async () => {
    vi.stubEnv('MONITOR_BUCKET', 's3://fleet')
    vi.stubEnv('MONITOR_CPU_THRESHOLD', '70')
    const compose = vi.fn(async ({ settings }: LambdaRoot) => async (event: unknown) => [event, settings.cpuThreshold])
    const handler = onLambda(compose)
    expect(compose).not.toHaveBeenCalled()
    expect(await handler('first')).toEqual(['first', 70])
    expect(await handler('second')).toEqual(['second', 70])
    expect(compose).toHaveBeenCalledTimes(1)
  })

  it('is put together again after a start that failed', async () => {
    vi.stubEnv('MONITOR_BUCKET', 's3://fleet')
    const compose = vi
      .fn<() => Promise<() => Promise<string>>>()
      .mockRejectedValueOnce(new Error('the store is away'))
      .mockResolvedValue(async () => 'done')
    const handler = onLambda(compose)
    await expect(handler({})).rejects.toThrow('the store is away')
    expect(await handler({})).toBe('done')
  })

  it('tells every setting that is wrong, in each invocation', async () => {
    vi.stubEnv('MONITOR_CPU_THRESHOLD', 'high')
    vi.stubEnv('MONITOR_DISK_THRESHOLD', '200')
    const handler = onLambda(async () => async () => 'never')
    for (const _ of ['once', 'again']) {
      await expect(handler({})).rejects.toThrow(/MONITOR_CPU_THRESHOLD=high.*MONITOR_DISK_THRESHOLD=200/s)
    }
  })

  it('writes below /tmp, and says so what the stack did not tell it', async () => {
    vi.stubEnv('MONITOR_BUCKET', 's3://fleet')
    vi.stubEnv('VITALS_LINK_KEY', '')
    const handler = onLambda(async ({ settings, fromStack }) => async () => [
      settings.logDir,
      fromStack('VITALS_LINK_KEY'),
    ])
    await expect(handler({})).rejects.toThrow('VITALS_LINK_KEY is not set: serverless.yml gives it')
    vi.stubEnv('VITALS_LINK_KEY', 'x')
    expect(
      await onLambda(
        async ({ settings }) =>
          async () =>
            settings.logDir,
      )({}),
    ).toBe('/tmp/logs')
  })
})

describe('links of the stack', () => {
  const stack = (linkKey: string) => ({
    settings: { linkLifetimeMs: 60_000 },
    clock: { now: () => 1_000_000, monotonicMs: () => 0, sleep: async () => {} },
    fromStack: (name: string) => (name === 'VITALS_LINK_KEY' ? linkKey : 'https://abc.lambda-url.us-east-1.on.aws/'),
  })

  it('are opened by the function that has the same secret, and by no other', () => {
    const link = stackLinks(stack('a'.repeat(48)))('reports/a')
    expect(link.startsWith('https://abc.lambda-url.us-east-1.on.aws/open?token=')).toBe(true)
    const token = new URL(link).searchParams.get('token') ?? ''
    const verify = (secret: string) => verifyToken(token, { keys: [stackLinkKey(stack(secret))], nowMs: 1_030_000 })
    expect(verify('a'.repeat(48))).toEqual({ ok: true, path: 'reports/a' })
    // The id changes with the secret: an old link is not called forged.
    expect(verify('b'.repeat(48))).toEqual({ ok: false, reason: 'unknown-key' })
  })
})
