/** An incident asked for its reasons, on a real directory, with names as hostile hosts choose them. */
import { describe, expect, it } from 'vitest'
import { silentLog } from '../../../../adapters/log/port.ts'
import { explainIncident } from '../../../../cli/alerts/explain.ts'
import { explainLines } from '../../../../cli/alerts/explain-text.ts'
import { findIncident } from '../../../../cli/alerts/find.ts'
import { readOpenAlerts } from '../../../../cli/alerts/open.ts'
import { ruleNowOf } from '../../../../cli/alerts/rule-now.ts'
import { logPrefix, noticeKey } from '../../../../core/keys.ts'
import { withAck, withSilence } from '../../../../core/telling/control.ts'
import { createHandler as createRollup } from '../../../../functions/rollup/handler.ts'
import { minuteMs, startMs } from '../../../make.ts'
import { defaultRules, livedDirectory } from './lived-directory.ts'

const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const rules = defaultRules
const full: [string, number][] = [['/var', 95]]
const empty: [string, number][] = [['/var', 10]]

const place = livedDirectory({ notifies: true })

async function firstOpen(): Promise<string> {
  const [alert] = await readOpenAlerts(place.bucket, ['all'], place.lived.now())
  return alert?.incident ?? ''
}

async function explain(id: string) {
  const nowMs = place.lived.now()
  const found = await findIncident({ bucket: place.bucket, shardCount: 1, log: silentLog }, id, nowMs)
  return explainIncident(found, { bucket: place.bucket, nowMs, onProgress: () => {} })
}

async function linesOf(id: string, by = rules) {
  const explained = await explain(id)
  return explainLines(explained, { nowMs: place.lived.now(), timeZone: 'UTC', ruleNow: ruleNowOf(by, explained) })
}

describe('an incident', () => {
  it('has each step with its reason, samples, rule and objects, and who was told by which message', async () => {
    await place.minutes('web-1', empty, full, full)
    const id = await firstOpen()
    const until = { untilMs: startMs + 4 * hourMs, by: 'eve', comment: 'a new disk', atMs: place.lived.now() }
    await place.lived.say((control) => withAck(control, { incident: id, ...until }))
    await place.minutes('web-1', full, empty, empty, empty, empty)
    const explained = await explain(id.slice(0, 6))
    expect(explained.steps.map(({ row }) => row.kind)).toEqual([
      ...['transition', 'telling', 'acknowledged', 'transition', 'transition', 'telling'],
    ])
    const objects = [
      ...explained.steps.map(({ block }) => block),
      ...explained.notices.flatMap((notice) => ('unread' in notice ? [] : [notice])),
    ]
    for (const { key, etag } of objects) expect((await place.bucket.get(key))?.etag, key).toBe(etag)
    const [began] = explained.steps
    expect(began?.samples).toMatchObject([
      { value: 10, inboxKey: expect.stringMatching(/^inbox\/v1\/.*-000000000001-/) },
      { value: 95, inboxKey: expect.stringMatching(/^inbox\/v1\/.*-000000000002-/) },
    ])
    const text = await linesOf(id)
    expect(text[0]).toBe(`#${id}  warning  web-1  disk /var  began 2026-03-01 12:02 UTC, over after 5 min`)
    expect(text).toEqual(
      expect.arrayContaining([
        '2026-03-01 12:02  ok -> firing, warning',
        '    Disk 95.0 % > 90 %',
        '    values   12:01:00 10, 12:02:00 95',
        expect.stringMatching(/^ {4}batch {4}inbox\/v1\/.*, taken by block 2$/),
        expect.stringMatching(/^ {4}rule {5}[0-9a-f]{16}, of all rules [0-9a-f]{16}$/),
        expect.stringMatching(/^ {13}disk.percent: op >, threshold 90, clear 88/),
        expect.stringMatching(/^ {4}block {4}log\/v1\/all\/0{15}2-.*\(ETag .+\)$/),
        '2026-03-01 12:02  told: firing',
        expect.stringMatching(
          /^ {4}notice {3}default: sent 2026-03-01 12:02 to smtp:.* to ops@example.com as <.*@vitals>$/,
        ),
        expect.stringMatching(new RegExp(`^ {13}notices/v1/open/${id}-default-firing.json \\(ETag .+\\)$`)),
        '2026-03-01 12:04  acknowledged by eve: a new disk, until 2026-03-01 16:00',
        '2026-03-01 12:07  told: resolved',
      ]),
    )
  })

  it('says what held it back, and that another rule decided', async () => {
    const until = { untilMs: startMs + hourMs, by: 'eve', comment: '' }
    const silence = { id: '0a1b2c3d', match: { hosts: ['web-*'] }, fromMs: startMs, createdAtMs: startMs, ...until }
    await place.minutes('web-1', empty)
    await place.lived.say((control) => withSilence(control, silence))
    await place.minutes('web-1', full)
    const id = await firstOpen()
    const text = await linesOf(id, { rules: rules.rules.map((rule) => ({ ...rule, note: 'call eve' })), overrides: [] })
    expect(text).toEqual(
      expect.arrayContaining([
        'silenced by eve, until 2026-03-01 13:00 (0a1b2c3d)',
        '2026-03-01 12:02  held back: silence',
        '    silence 0a1b2c3d of eve until 2026-03-01T13:00Z',
        expect.stringMatching(/^ {4}rule {5}[0-9a-f]{16}, of all rules [0-9a-f]{16}; another now: [0-9a-f]{16}$/),
      ]),
    )
  })

  it('is found when it was over long ago, with its notices where they were put away, as far as the log has it', async () => {
    await place.minutes('web-1', full)
    const id = await firstOpen()
    await place.minutes('web-1', empty, empty, empty, empty)
    await createRollup({
      bucket: place.bucket,
      shardCount: 1,
      clock: { now: () => place.lived.now() },
      log: silentLog,
    })({})
    for (let day = 0; day < 9; day++) {
      place.lived.pass(dayMs)
      await place.minutes('web-1', empty)
    }
    const explained = await explain(id)
    expect(explained.told).toBeUndefined()
    expect(explained.notices).toMatchObject([
      { key: expect.stringContaining('notices/v1/done/dt=') },
      { key: expect.stringContaining('notices/v1/done/dt=') },
    ])
    const blocks = (await place.bucket.list(logPrefix('all'))).objects.map(({ key }) => key)
    await place.bucket.delete(blocks.slice(0, 1))
    const cut = await linesOf(id)
    expect(cut[1]).toBe(
      '! It began 2026-03-01 12:01, and the log reaches back to 2026-03-01 12:02 only: steps before that are gone.',
    )
    await place.bucket.delete(blocks.slice(0, 8))
    expect((await linesOf(id)).slice(1)).toContain('! The log has nothing of it any more.')
  })

  it('tells a notice that is damaged or gone as such, and the rest', async () => {
    await place.minutes('web-1', full)
    const id = await firstOpen()
    await place.bucket.put(noticeKey(`${id}-default-firing`), Buffer.from('{'))
    expect((await linesOf(id)).join('\n')).toMatch(/notice {3}.*-default-firing: notices.*: damaged: no JSON/)
    await place.bucket.delete([noticeKey(`${id}-default-firing`)])
    expect((await linesOf(id)).join('\n')).toMatch(/notice {3}.*-default-firing: there is no such object/)
  })

  it('gives a terminal nothing to obey', async () => {
    await place.minutes('web\u001b[2J\u202e1', [['/mnt/\u001b]0;owned\u0007\n#000000000000  CRITICAL', 99]])
    const text = (await linesOf(await firstOpen())).join('\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(text).not.toMatch(/^#000000000000/m)
  })

  it.each([
    ['xyz', /^xyz: expected an incident: 4 to 12 hex digits/],
    ['ffff', /^there is no incident ffff in the last 90 days/],
  ])('is not %j', async (id, message) => {
    await place.minutes('web-1', empty)
    await expect(explain(id)).rejects.toThrow(message)
  })
})
