import { expect, it } from 'vitest'
import { silentLog } from '../../../../../adapters/log/port.ts'
import { defaultRuleSet } from '../../../../../core/alerts/default-rules.ts'
import { openNoticesPrefix } from '../../../../../core/keys.ts'
import { createHandler as createEvaluate } from '../../../../../functions/evaluate/handler.ts'
import { createHandler as createOpen } from '../../../../../functions/open/handler.ts'
import { makeBatch, makeInboxObject, makeSettings, makeSnapshot, minuteMs, startMs } from '../../../../make.ts'
import { createPlainRandom } from '../../notify/manual-clock.ts'
import { memoryBucket } from '../../rollup/committed-log.ts'

const hourMs = 60 * minuteMs

/** A disk is full for two days; after an hour something is said by a form. Gives the kinds of all notices. */
async function twoDays(form?: { action: string; body: string }): Promise<string[]> {
  const bucket = memoryBucket()
  let nowMs = startMs
  const shared = {
    bucket,
    clock: { now: () => nowMs, monotonicMs: () => nowMs, sleep: async () => {} },
    random: createPlainRandom(),
    log: silentLog,
  }
  const evaluate = createEvaluate({ ...shared, shardCount: 1, rules: defaultRuleSet(makeSettings()) })
  const open = createOpen({
    ...shared,
    shards: ['all'],
    access: 'everyone',
    linkKeys: [],
    timeZone: 'UTC',
    notifier: { reachesSomebody: true, destination: 'ops' },
    hrefTo: (path) => `/${path}`,
  })
  const notices = async () =>
    (await bucket.list(openNoticesPrefix)).objects.map(({ key }) => key.slice(openNoticesPrefix.length))
  for (let hour = 0; hour <= 48; hour++) {
    nowMs = startMs + hour * hourMs
    const { key, body } = makeInboxObject(
      makeBatch({
        seq: hour + 1,
        shipEveryMs: hourMs,
        records: [makeSnapshot({ atMs: nowMs, disks: [['/var', 99]], intervalMs: hourMs })],
      }),
    )
    await bucket.put(key, body, { ifAbsent: true })
    await evaluate({})
    if (hour !== 1 || !form) continue
    const [first = ''] = await notices()
    const path = `/${form.action}/${first.slice(0, 12)}`
    const { status } = await open({ method: 'POST', path, query: {}, headers: {}, body: Buffer.from(form.body) })
    expect(status).toBe(200)
  }
  return (await notices()).map((name) => /-default-(.+)\.json$/.exec(name)?.[1] ?? name).sort()
}

const said = 'for=7d&once=0123abcd&by=Ann&comment='

it.each<[string, Parameters<typeof twoDays>[0], string[]]>([
  ['nothing', undefined, ['firing', 'repeat-1', 'repeat-2']],
  ['an acknowledgement', { action: 'acknowledge', body: said }, ['firing']],
  ['a silence', { action: 'silence', body: `${said}&scope=alert` }, ['firing']],
])(
  'of an alert that goes on for two days, and of which %s was said, there are these notices: %3$j',
  async (_, form, kinds) => {
    expect(await twoDays(form)).toEqual(kinds)
  },
)
