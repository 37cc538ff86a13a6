import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
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

describe('MONITOR_CONFIG', () => {
  let directory: string
  let path: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'vitals-config-'))
    path = join(directory, 'agent.conf')
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  test('names a file of settings; the environment goes over it, and the command line over that', () => {
    writeFileSync(path, 'MONITOR_PORT=1\nMONITOR_HOST=web-1\nMONITOR_INTERVAL=7\n')
    const given = { settings: { MONITOR_PORT: '3' }, flags: { MONITOR_PORT: '--port' } }
    const env = { MONITOR_CONFIG: path, MONITOR_PORT: '2', MONITOR_HOST: 'web-2', MONITOR_INTERVAL: '' }
    expect(readSettings(env, given)).toMatchObject({ port: 3, host: 'web-2', intervalMs: 7_000, configFile: path })
  })

  test('has all of its problems told with those of the environment, each with its line', () => {
    writeFileSync(path, '# ours\nMONITOR_INTERVAL=soon\nMONITOR_PORT=1\nMONITOR_BATCHES=2\n')
    const env = { MONITOR_CONFIG: path, MONITOR_PORT: 'x' }
    expect(() => readSettings(env, nothing)).toThrow(
      [
        '3 settings are wrong:',
        `  ${path}:4 MONITOR_BATCHES=2: expected a setting that exists; is MONITOR_BATCH meant?`,
        `  ${path}:2 MONITOR_INTERVAL=soon: expected seconds from 1 to 86400`,
        '  MONITOR_PORT=x: expected a whole number from 0 to 65535',
      ].join('\n'),
    )
  })

  test.each<[string, (path: string) => void, RegExp]>([
    ['is not there', () => {}, /agent\.conf: expected a file that can be read: ENOENT/],
    ['is a directory', (at) => mkdirSync(at), /expected a file that can be read: EISDIR/],
    ['is huge', (at) => writeFileSync(at, '#'.repeat(1024 * 1024 + 1)), /at most 1048576 bytes; it has 1048577/],
    ['is no text', (at) => writeFileSync(at, Buffer.from([0xff, 0xfe, 0x00])), /agent\.conf:1=/],
  ])('is told when the file %s', (_, make, expected) => {
    make(path)
    expect(() => readSettings({ MONITOR_CONFIG: path }, nothing)).toThrow(expected)
  })
})
