import { expect, test } from 'vitest'
import { readSettings } from '../../../cli/settings.ts'

const nothing = { settings: {}, flags: {} }

test('the command line goes over the environment', () => {
  const given = { settings: { MONITOR_PORT: '2' }, flags: { MONITOR_PORT: '--port' } }
  expect(readSettings({ MONITOR_PORT: '1', MONITOR_HOST: 'web-1' }, given)).toMatchObject({ port: 2, host: 'web-1' })
})

test('all problems are told together, each where it was said', () => {
  const given = { settings: { MONITOR_PORT: 'x' }, flags: { MONITOR_PORT: '--port' } }
  const env = { MONITOR_INTERVAL: '0', MONITOR_REPORT_SCHEDULE: '99 99 * * *' }
  expect(() => readSettings(env, given)).toThrow(
    [
      '3 settings are wrong:',
      '  MONITOR_INTERVAL=0: expected seconds from 1 to 86400',
      '  --port=x: expected a whole number from 0 to 65535',
      '  MONITOR_REPORT_SCHEDULE=99 99 * * *: expected five cron fields, e.g. 0 7 * * *',
    ].join('\n'),
  )
})

test('a schedule that never comes is told', () => {
  expect(() => readSettings({ MONITOR_REPORT_SCHEDULE: '0 0 30 2 *' }, nothing)).toThrow('a time that comes')
})
