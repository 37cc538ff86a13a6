import { describe, expect, it } from 'vitest'
import { type LogName, recordText } from '../../../../cli/logs/text.ts'
import { makeSnapshot } from '../../../make.ts'

const atMs = Date.UTC(2026, 2, 1, 12)
const plain = { timeZone: 'Europe/Berlin', colour: false }
const text = (log: LogName, fields: object, metrics?: string[]) =>
  recordText(
    log,
    { atMs, fields: { time: 'unused', host: 'web-1', ...fields } },
    { ...plain, ...(metrics ? { metrics } : {}) },
  )?.replaceAll('\u00a0', ' ')

const crossing = { rule: 'disk', metric: 'disk.percent', entity: '/var', direction: 'above', value: 95, threshold: 90 }

describe('a line for people', () => {
  it.each<[LogName, object, string]>([
    ['system', makeSnapshot(), 'CPU 10.0 %  load 0.50  memory 20.0 %  / 30.0 %  in 100 B/s  out 50 B/s'],
    ['app', makeSnapshot(), 'processes 1  init 1 1.0 % 0.98 KiB'],
    ['alerts', crossing, 'disk.percent /var above 90, now 95'],
    ['alerts', { ...crossing, entity: '', direction: 'below' }, 'disk.percent below 90, now 95'],
    [
      'alerts',
      { rule: 'finding', check: 'website', message: 'no answer', direction: 'found' },
      'website found: no answer',
    ],
    [
      'alerts',
      { kind: 'process-restarted', watch: 'name:nginx*', name: 'nginx', pid: 7, before: { pid: 5 } },
      'name:nginx*: process restarted, nginx 7, was 5',
    ],
    ['alerts', { something: 'else' }, 'something else'],
  ])('of %s', (log, fields, expected) => {
    expect(text(log, fields)).toBe(`2026-03-01 13:00:00  ${expected}`)
  })

  it('has the values that were asked for, by their dotted names, and is none without any', () => {
    const snapshot = makeSnapshot({
      disks: [
        ['/', 30],
        ['/var', 40],
      ],
    })
    expect(text('system', snapshot, ['cpu.percent', 'disks*.usedPercent'])).toBe(
      '2026-03-01 13:00:00  cpu.percent 10  disks[/].usedPercent 30  disks[/var].usedPercent 40',
    )
    expect(text('system', snapshot, ['cpu'])).toBe('2026-03-01 13:00:00  cpu.percent 10  cpu.load1 0.5')
    expect(text('app', makeSnapshot(), ['processes.top*.rssBytes'])).toContain('processes.top[init 1].rssBytes 1000')
    expect(text('system', snapshot, ['gpu'])).toBeUndefined()
  })

  it('shows what is hostile in a log, and obeys none of it', () => {
    const evil = '\u001b[2Jroot\u202e\nx'
    expect(text('alerts', { ...crossing, entity: evil })).toBe(
      '2026-03-01 13:00:00  disk.percent \ufffd[2Jroot\ufffd x above 90, now 95',
    )
    expect(text('system', { cpu: { percent: 'high' }, disks: 'none', interfaces: [null, 1] })).toBeUndefined()
  })
})
