import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { stackLinkKey, stackLinkKeys, stackLinks } from '../../../../adapters/lambda/links.ts'
import { type LambdaRoot, onLambda } from '../../../../adapters/lambda/root.ts'
import { verifyToken } from '../../../../core/link.ts'

beforeEach(() => {
  // What it logs has a test of its own.
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockReturnValue(true)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

describe('a function on Lambda', () => {
  it('is put together by its first invocation, and kept for the next', async () => {
    vi.stubEnv('MONITOR_BUCKET', 's3://fleet')
    vi.stubEnv('MONITOR_CPU_THRESHOLD', '70')
    const compose = vi.fn(async ({ settings }: LambdaRoot) => async (event: unknown) => [event, settings.cpuThreshold])
    const handler = onLambda('open', compose)
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
    const handler = onLambda('open', compose)
    await expect(handler({})).rejects.toThrow('the store is away')
    expect(await handler({})).toBe('done')
  })

  it('tells every setting that is wrong, in each invocation', async () => {
    vi.stubEnv('MONITOR_CPU_THRESHOLD', 'high')
    vi.stubEnv('MONITOR_DISK_THRESHOLD', '200')
    const handler = onLambda('open', async () => async () => 'never')
    for (const _ of ['once', 'again']) {
      await expect(handler({})).rejects.toThrow(/MONITOR_CPU_THRESHOLD=high.*MONITOR_DISK_THRESHOLD=200/s)
    }
  })

  it('writes below /tmp, and says so what the stack did not tell it', async () => {
    vi.stubEnv('MONITOR_BUCKET', 's3://fleet')
    vi.stubEnv('VITALS_LINK_KEY', '')
    const handler = onLambda('open', async ({ settings, fromStack }) => async () => [
      settings.logDir,
      fromStack('VITALS_LINK_KEY'),
    ])
    await expect(handler({})).rejects.toThrow('VITALS_LINK_KEY is not set: serverless.yml gives it')
    vi.stubEnv('VITALS_LINK_KEY', 'x')
    expect(
      await onLambda(
        'open',
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
    const verify = (secret: string) =>
      verifyToken(token, { keys: [stackLinkKey(stack(secret))], nowMs: 1_030_000, purpose: 'open' })
    expect(verify('a'.repeat(48))).toEqual({ ok: true, path: 'reports/a' })
    // The id changes with the secret: an old link is not called forged.
    expect(verify('b'.repeat(48))).toEqual({ ok: false, reason: 'unknown-key' })
  })
})

describe('the keys of links', () => {
  const root = (env: Record<string, string>) => ({
    fromStack: (name: string) => env[name] ?? '',
    fromStackIfSet: (name: string) => env[name],
  })
  const former = 'a'.repeat(48)
  const present = 'b'.repeat(48)

  it('are two while the former one is told, so that links of yesterday’s mails open, and one otherwise', () => {
    const link = stackLinks({
      settings: { linkLifetimeMs: 60_000 },
      clock: { now: () => 1_000_000, monotonicMs: () => 0, sleep: async () => {} },
      fromStack: (name) => (name === 'VITALS_LINK_KEY' ? former : 'https://site.example'),
    })('reports/a')
    const token = new URL(link).searchParams.get('token') ?? ''
    const verify = (env: Record<string, string>) =>
      verifyToken(token, { keys: stackLinkKeys(root(env)), nowMs: 1_030_000, purpose: 'open' })
    expect(verify({ VITALS_LINK_KEY: present, VITALS_FORMER_LINK_KEY: former })).toEqual({
      ok: true,
      path: 'reports/a',
    })
    expect(verify({ VITALS_LINK_KEY: present })).toEqual({ ok: false, reason: 'unknown-key' })
    expect(stackLinkKeys(root({ VITALS_LINK_KEY: present, VITALS_FORMER_LINK_KEY: former }))[0]).toEqual(
      stackLinkKey(root({ VITALS_LINK_KEY: present })),
    )
  })

  it('are told apart from what the stack leaves empty', async () => {
    vi.stubEnv('MONITOR_BUCKET', 's3://fleet')
    vi.stubEnv('VITALS_FORMER_LINK_KEY', '')
    const compose =
      async ({ fromStackIfSet }: LambdaRoot) =>
      async () =>
        fromStackIfSet('VITALS_FORMER_LINK_KEY')
    expect(await onLambda('open', compose)({})).toBeUndefined()
  })
})
