import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { stackLinks } from '../../../../adapters/lambda/links.ts'
import { createLambdaLog } from '../../../../adapters/lambda/log.ts'
import { type LambdaHandler, type LambdaRoot, onLambda } from '../../../../adapters/lambda/root.ts'
import { secretsOf } from '../../../../adapters/lambda/secrets.ts'
import { logWith } from '../../../../adapters/log/with.ts'
import { eachShard } from '../../../../core/shard/each-shard.ts'

let written: string[]

beforeEach(() => {
  written = []
  const write = (text: string | Uint8Array) => {
    written.push(String(text))
    return true
  }
  vi.spyOn(process.stdout, 'write').mockImplementation(write)
  vi.spyOn(process.stderr, 'write').mockImplementation(write)
  vi.stubEnv('MONITOR_BUCKET', 's3://fleet')
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

const lines = () => written.map((text) => JSON.parse(text) as Record<string, unknown>)
const events = () => lines().filter((line) => !('_aws' in line))

function logOf(level: 'info' | 'warn' | 'error' = 'info') {
  return createLambdaLog({ of: 'evaluate', level, secrets: secretsOf({}), requestId: () => 'r-1' })
}

describe('the log of a function', () => {
  it('says of each event when, how bad, which function and which request it was, in one line', () => {
    const log = logWith(logOf(), { shard: 'a7', run: '00ff' })
    log.warn('inbox object not readable', { key: 'inbox/x', reason: 'first line\nsecond line', absent: undefined })
    expect(written).toHaveLength(1)
    expect(written[0]).toMatch(/^[^\n]+\n$/)
    expect(lines()).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        level: 'warn',
        event: 'inbox object not readable',
        function: 'evaluate',
        requestId: 'r-1',
        shard: 'a7',
        run: '00ff',
        key: 'inbox/x',
        reason: 'first line\nsecond line',
      },
    ])
  })

  it('shows to a terminal at the end of the pipe what a host sends, and does not obey it', () => {
    logOf().info('firing', { host: 'a\u001b[2Jb\u009bc\u202ed' })
    expect(written[0]).toMatch(/^[\x20-\x7e]+\n$/)
  })

  it.each([
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ] as const)('has at MONITOR_LOG_LEVEL=%s the levels %j', (level, told) => {
    const log = logOf(level)
    for (const at of ['info', 'warn', 'error'] as const) log[at]('something')
    expect(lines().map(({ level: at }) => at)).toEqual(told)
  })
})

describe('a function that fails', () => {
  it('tells each shard that did, with reason, stack and what caused it, by its request', async () => {
    const failing = onLambda(
      'rollup',
      async () => (event) =>
        eachShard({ name: 'rollup', event, shardCount: 16, atOnce: 4 }, async (shard) => {
          if (shard === '3') throw new Error('the lake is damaged', { cause: new Error('cut at byte 7') })
          return shard
        }),
    )
    await expect(failing({}, { awsRequestId: 'r-2' })).rejects.toThrow('rollup: shard 3 failed: the lake is damaged')
    expect(events()).toMatchObject([
      {
        level: 'error',
        event: 'the run failed',
        function: 'rollup',
        requestId: 'r-2',
        shard: '3',
        reason: 'rollup: shard 3 failed: the lake is damaged',
        stack: expect.stringMatching(/log\.test\.ts.*caused by: Error: the lake is damaged.*cut at byte 7/s),
      },
    ])
  })

  it('tells sixteen of 256 shards that fail, and how many more', async () => {
    const failing = onLambda('evaluate', async () => (event) => {
      return eachShard({ name: 'evaluate', event, shardCount: 256, atOnce: 8 }, () => Promise.reject(new Error('away')))
    })
    await expect(failing({})).rejects.toThrow()
    expect(events()).toHaveLength(17)
    expect(events().at(-1)).toMatchObject({ event: 'the run failed in more shards', shards: 240 })
  })

  it('tells what is wrong with its settings before anything is open', async () => {
    vi.stubEnv('MONITOR_CPU_THRESHOLD', 'high')
    await expect(onLambda('open', async () => async () => 'never')({}, { awsRequestId: 'r-3' })).rejects.toThrow()
    expect(events()).toMatchObject([
      { event: 'the run failed', requestId: 'r-3', reason: expect.stringContaining('MONITOR_CPU_THRESHOLD=high') },
    ])
  })
})

describe('the figures of a function', () => {
  const counting = () =>
    onLambda('evaluate', async ({ figures }) => async (event) => {
      figures.count('SnapshotsTaken', 3)
      if (event === 'fail') throw new Error('away')
      return 'done'
    })
  const figures = () => lines().filter((line) => '_aws' in line)

  it('are of its stack, whose name its own begins with', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'vitals-staging-evaluate')
    await counting()({}, { awsRequestId: 'r-4' })
    expect(figures()).toMatchObject([{ service: 'vitals-staging', SnapshotsTaken: 3, requestId: 'r-4' }])
  })

  it('are told of a run that fails as well', async () => {
    await expect(counting()('fail', { awsRequestId: 'r-5' })).rejects.toThrow('away')
    expect(figures()).toMatchObject([
      { event: 'the run ended', outcome: 'failed', SnapshotsTaken: 3, requestId: 'r-5' },
    ])
  })

  it('are none where MONITOR_FUNCTION_METRICS is off', async () => {
    vi.stubEnv('MONITOR_FUNCTION_METRICS', 'off')
    expect(await counting()({})).toBe('done')
    expect(written).toEqual([])
  })
})

describe('secrets', () => {
  const secrets = {
    VITALS_LINK_KEY: 'LinkKey'.repeat(7),
    VITALS_FORMER_LINK_KEY: 'Former'.repeat(8),
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    AWS_SESSION_TOKEN: 'IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVz',
    MONITOR_HEARTBEAT_URL: 'https://hc-ping.example/3f0c8a1e-uuid',
    MONITOR_SMTP_URL: 'smtps://vitals:p%40ssw0rd!secret@mail.example:465',
    PAGER_URL: 'https://hooks.example/services/T000/B000/XXXXXXXX',
  }
  const values = [...Object.values(secrets).slice(0, 5), 'p%40ssw0rd!secret', 'p@ssw0rd!secret', secrets.PAGER_URL]

  function saying(how: (said: string, root: LambdaRoot) => unknown): LambdaHandler {
    for (const [name, value] of Object.entries(secrets)) vi.stubEnv(name, value)
    return onLambda('notify', async (root) => {
      root.secrets.hide([root.env.PAGER_URL])
      return async () => how(`a library said ${values.join(' and ')}`, root)
    })
  }

  const expectNone = (text: string) => {
    for (const value of values) expect(text).not.toContain(value)
    expect(text).toContain('a library said *** and ***')
  }

  it.each(['info', 'warn', 'error'] as const)('never stand in a line, whoever says them: %s', async (level) => {
    await saying((said, { log }) => log[level](said, { reason: said, url: said }))({})
    expectNone(written.join(''))
  })

  it('stand neither in what a run fails of nor in what Lambda is thrown, which goes on to the queue of failures', async () => {
    const thrown = await saying((said) => {
      throw new Error(said, { cause: new Error(said) })
    })({}).catch((error: Error) => error)
    expectNone(written.join(''))
    expectNone((thrown as Error).message)
    expectNone((thrown as Error).stack ?? '')
    expect(String((thrown as Error).cause)).toBe('undefined')
  })

  it('are links as well: what was signed may be read, and opens nothing', async () => {
    vi.stubEnv('MONITOR_SITE_URL', 'https://site.example')
    let link = ''
    await saying((_, root) => {
      link = stackLinks(root)('reports/2026/index.html')
      root.log.info(`a page could not be served: ${link}`)
    })({})
    const signature = link.slice(link.lastIndexOf('.') + 1)
    expect(signature).toHaveLength(43)
    expect(written.join('')).toContain(link.slice(0, -signature.length))
    expect(written.join('')).not.toContain(signature)
  })
})
