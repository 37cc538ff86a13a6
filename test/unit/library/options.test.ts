import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type MonitorOptions, SettingsError, settingsOfOptions } from '../../../library/options.ts'

function problemsOf(options: unknown, env: Record<string, string> = {}): string[] {
  try {
    settingsOfOptions(options as MonitorOptions, env)
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    return error.problems.map(({ name, value, expected }) => `${name}=${value}: ${expected}`)
  }
  return []
}

describe('options', () => {
  it('go over the environment, which goes over the defaults', () => {
    const env = { MONITOR_INTERVAL: '30', MONITOR_CPU_THRESHOLD: '70', MONITOR_HOST: 'web-1' }
    const options = {
      intervalSeconds: 5,
      thresholds: { memoryPercent: 60 },
      tags: { env: 'prod', role: 'web' },
      dataDirectory: 'here',
      settings: { MONITOR_KEEP_FIRING: 0, MONITOR_SINGLE_WRITER: true },
    }
    expect(settingsOfOptions(options, env)).toMatchObject({
      intervalMs: 5_000,
      cpuThreshold: 70,
      memoryThreshold: 60,
      diskThreshold: 90,
      host: 'web-1',
      tags: { env: 'prod', role: 'web' },
      dataDir: resolve('here'),
      bucketUrl: `file://${resolve('here')}/bucket`,
      keepFiringMs: 0,
      singleWriter: true,
    })
  })

  it('that say undefined say nothing', () => {
    const options = { intervalSeconds: undefined, thresholds: { cpuPercent: undefined } } as unknown as MonitorOptions
    expect(settingsOfOptions(options, { MONITOR_INTERVAL: '7' })).toMatchObject({ intervalMs: 7_000, cpuThreshold: 80 })
  })

  it('that are wrong are all told at once, each where it was said', () => {
    const options = {
      intervalSeconds: 0,
      thresholds: { cpuPercent: 101, dikPercent: 3 },
      bucket: 'ftp://x',
      checks: [1],
      keepAlive: 'no',
    }
    expect(problemsOf(options, { MONITOR_PORT: 'x', MONITOR_CPU_THRESHOLD: 'high' }).toSorted()).toEqual(
      [
        'intervalSeconds=0: seconds from 1 to 86400',
        'thresholds.cpuPercent=101: a percentage from 0 to 100',
        'thresholds.dikPercent=3: an option that exists; is thresholds.diskPercent meant?',
        'bucket=ftp://x: file:///path or s3://name/prefix',
        'checks=[1]: a list of functions',
        'keepAlive=no: a boolean',
        'MONITOR_PORT=x: a whole number from 0 to 65535',
      ].toSorted(),
    )
  })

  it.each<[string, unknown, string]>([
    ['a text for a number', { intervalSeconds: '60' }, 'intervalSeconds=60: a number'],
    ['no number', { intervalSeconds: Number.NaN }, 'intervalSeconds=NaN: seconds from 1 to 86400'],
    ['thresholds that are none', { thresholds: 80 }, 'thresholds=80: an object'],
    ['tags with commas', { tags: { a: 'b,c' } }, 'tags=a=b,c: key=value pairs separated by commas, at most 32'],
    ['too many checks', { checks: Array(33).fill(() => []) }, 'checks=33 functions: at most 32'],
    ['a setting that does not exist', { settings: { MONITOR_INTERVALL: 3 } }, 'MONITOR_INTERVALL=3: a setting that'],
    ['a mail server without its password shown', { settings: { MONITOR_SMTP_URL: 'ftp://me:secret@x' } }, ':***@x'],
  ])('%s', (_, options, expected) => {
    expect(problemsOf(options).join('\n')).toContain(expected)
  })

  it('says in its message what a person needs to mend', () => {
    expect(() => settingsOfOptions({ intervalSeconds: 0, host: '' }, {})).toThrow(
      'A setting is wrong:\n  intervalSeconds=0: expected seconds from 1 to 86400',
    )
  })
})
