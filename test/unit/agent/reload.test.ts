import { beforeEach, describe, expect, it } from 'vitest'
import { changeBetween } from '../../../agent/live-settings.ts'
import { reloadSettings } from '../../../agent/reload.ts'
import { type Settings, settings as settingTable } from '../../../core/settings.ts'
import { makeSettings } from '../../make.ts'
import { createRecordingLog, type RecordingLog } from './recording-log.ts'

let log: RecordingLog
let held: Settings
beforeEach(() => {
  log = createRecordingLog()
  held = makeSettings()
})

const agent = {
  reload: (asked: Settings) => {
    const { settings, ...change } = changeBetween(held, asked)
    held = settings
    return change
  },
}

describe('settings that are read again', () => {
  it('are taken, and told by their names', () => {
    reloadSettings({ agent, readAgain: () => makeSettings({ intervalMs: 1_000, tags: { a: 'b' } }), log })
    expect(held).toMatchObject({ intervalMs: 1_000, tags: { a: 'b' } })
    expect(log.events).toEqual([
      {
        level: 'info',
        event: 'the settings were read again',
        fields: { changed: 'MONITOR_TAGS, MONITOR_INTERVAL' },
      },
    ])
  })

  it('are refused as a whole when one of them is wrong, and those before hold on', () => {
    const before = held
    const readAgain = () => {
      throw new Error('2 settings are wrong: …')
    }
    reloadSettings({ agent, readAgain, log })
    expect(held).toBe(before)
    expect(log.events).toEqual([
      {
        level: 'error',
        event: 'the settings that were read again are wrong; those before hold on',
        fields: { reason: '2 settings are wrong: …' },
      },
    ])
  })

  it('are left to the next start where they can not change while an agent runs, and that is told', () => {
    reloadSettings({ agent, readAgain: () => makeSettings({ host: 'web-2', bucketUrl: 's3://other', pss: true }), log })
    expect(held).toMatchObject({ host: 'web-1', pss: true })
    expect(log.events.map(({ level, fields }) => [level, fields])).toEqual([
      ['info', { changed: 'MONITOR_PSS' }],
      ['warn', { settings: 'MONITOR_BUCKET, MONITOR_HOST' }],
    ])
  })

  it('change nothing when they are the same', () => {
    expect(changeBetween(held, makeSettings())).toEqual({ settings: held, taken: [], atNextStart: [] })
  })

  it.each(Object.keys(settingTable) as (keyof Settings)[])('hold at once or from the next start on: %s', (key) => {
    const asked = { ...held, [key]: 'another value' } as unknown as Settings
    const { settings, taken, atNextStart } = changeBetween(held, asked)
    expect([...taken, ...atNextStart]).toEqual([settingTable[key].name])
    expect(settings[key]).toEqual(taken.length > 0 ? 'another value' : held[key])
  })
})
