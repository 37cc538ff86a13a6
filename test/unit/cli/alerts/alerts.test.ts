/** On a real directory, with names as hostile hosts choose them. */
import { describe, expect, it } from 'vitest'
import { silentLog } from '../../../../adapters/log/port.ts'
import { readIncidents } from '../../../../cli/alerts/history.ts'
import { historyLines } from '../../../../cli/alerts/history-text.ts'
import { type OpenAlert, readOpenAlerts } from '../../../../cli/alerts/open.ts'
import { openLines } from '../../../../cli/alerts/open-text.ts'
import { withAck, withSilence } from '../../../../core/telling/control.ts'
import { createHandler as createRollup } from '../../../../functions/rollup/handler.ts'
import { makeSnapshot, minuteMs, startMs } from '../../../make.ts'
import { livedDirectory } from './lived-directory.ts'

const hourMs = 60 * minuteMs
const shards = ['all']
const place = livedDirectory()

const open = () => readOpenAlerts(place.bucket, shards, place.lived.now())
const linesNow = async () => openLines(await open(), { nowMs: place.lived.now(), timeZone: 'UTC' })

describe('what is open', () => {
  it('is told with its reason, its worst value and who was told, the worst first', async () => {
    await place.minutes('web-1', [['/var', 92]], [['/var', 97]])
    for (let minute = 0; minute < 10; minute++) {
      place.lived.pass(minuteMs)
      await place.lived.send('db-1', [makeSnapshot({ atMs: place.lived.now() })])
      await place.lived.evaluate()
    }
    const [down, disk] = (await open()) as [OpenAlert, OpenAlert]
    expect(down).toMatchObject({ host: 'web-1', rule: 'host-down', severity: 'critical', phase: 'firing' })
    expect(disk).toMatchObject({ rule: 'disk', entity: '/var', phase: 'no-data', value: 92, peak: 97 })
    expect(disk.told).toEqual([
      { receiver: 'default', firstMs: startMs + minuteMs, lastMs: startMs + minuteMs, repeats: 0 },
    ])
    expect(await linesNow()).toEqual([
      expect.stringMatching(/^CRITICAL {2}web-1 {2}host-down {2}since 2026-03-01 12:\d\d, .* #[0-9a-f]{12}$/),
      expect.stringMatching(/^ {10}nothing heard for/),
      expect.stringMatching(/^ {10}told default 12:\d\d$/),
      expect.stringMatching(/^warning {3}web-1 {2}disk \/var {2}since 2026-03-01 12:01, 11 min, without data {2}#/),
      expect.stringMatching(/^ {10}the host is silent.*; the worst since then: 97$/),
      '          told default 12:01',
    ])
  })

  it('says what operators said of it, even before a run has taken that, and what holds it back', async () => {
    const until = { untilMs: startMs + 4 * hourMs, by: 'eve', comment: 'a new disk' }
    await place.minutes('web-1', [['/var', 50]])
    const silence = { id: '0a1b2c3d', match: { rules: ['disk'] }, fromMs: startMs, createdAtMs: startMs, ...until }
    await place.lived.say((control) => withSilence(control, silence))
    await place.minutes('web-1', [['/var', 95]])
    const [alert] = await open()
    await place.lived.say((control) =>
      withAck(control, { incident: alert?.incident ?? '', atMs: place.lived.now(), ...until }),
    )
    expect((await linesNow()).slice(2)).toEqual([
      '          nobody was told',
      '          acknowledged by eve: a new disk, until 2026-03-01 16:00',
      '          silenced by eve: a new disk, until 2026-03-01 16:00 (0a1b2c3d)',
      '          held back: silence 0a1b2c3d of eve until 2026-03-01T16:00Z: a new disk',
    ])
  })

  it('gives a terminal nothing to obey', async () => {
    const [host, mount] = ['web\u001b[2J\u202e1', '/mnt/\u001b]0;owned\u0007\nCRITICAL  db-1']
    await place.minutes(host, [[mount, 99]])
    const text = (await linesNow()).join('\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(text.split('\n')).toHaveLength(3)
  })

  it('is nothing, where nothing is', async () => {
    await place.minutes('web-1', [['/var', 50]])
    expect(await linesNow()).toEqual(['Nothing is open.'])
  })
})

describe('what was open', () => {
  const period = () => ({ fromMs: startMs - hourMs, toMs: place.lived.now() + 1 })
  const past = async () => {
    const all = await readIncidents({ bucket: place.bucket, shards, log: silentLog }, period())
    return all.filter(({ rule }) => rule === 'disk')
  }
  const clock = { now: () => place.lived.now() }
  const rollup = () => createRollup({ bucket: place.bucket, shardCount: 1, clock, log: silentLog })({})
  const full: [string, number][] = [['/var', 95]]
  const empty: [string, number][] = [['/var', 10]]

  it('is told from the log, and the same from the rollups once they have it, and from both together', async () => {
    await place.minutes('web-1', full, full, empty, empty, empty, empty)
    await place.minutes('db-1', full)
    const fromLog = await past()
    expect(fromLog.map(({ host, endedAtMs }) => [host, endedAtMs === undefined])).toEqual([
      ['db-1', true],
      ['web-1', false],
    ])
    await rollup()
    expect(await past()).toEqual(fromLog)
    await place.minutes('db-1', empty, empty, empty, empty)
    const both = await past()
    expect(both.map(({ incident }) => incident)).toEqual(fromLog.map(({ incident }) => incident))
    expect(both.every(({ endedAtMs }) => endedAtMs !== undefined)).toBe(true)
    expect(historyLines(both, { nowMs: place.lived.now(), timeZone: 'UTC' })).toEqual([
      expect.stringMatching(/^began +lasted +severity +host +alert +incident +reason$/),
      expect.stringMatching(
        /^2026-03-01 12:07 {2}\d min +warning +db-1 +disk \/var +#[0-9a-f]{12} +Disk 95.0 % > 90 %$/,
      ),
      expect.stringMatching(/^2026-03-01 12:01 {2}\d min +warning +web-1 /),
    ])
  })

  it('is nothing, where nothing was', async () => {
    expect(historyLines(await past(), { nowMs: startMs, timeZone: 'UTC' })).toEqual(['No incident in that time.'])
  })
})
