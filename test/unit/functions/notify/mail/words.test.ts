import { describe, expect, it } from 'vitest'
import type { Notice, NoticeAbout } from '../../../../../core/notice.ts'
import { wordsOf } from '../../../../../functions/notify/mail/words.ts'
import { startMs } from '../../../../make.ts'
import { makeNotice } from '../make-notice.ts'

type Changes = { [Field in keyof Notice]?: Notice[Field] | undefined }

/** What is given as `undefined` the notice doesn't have. */
function noticeWith(changes: Changes): Notice {
  const defined = Object.entries({ ...makeNotice(changes as Partial<Notice>), ...changes }).filter(
    ([, value]) => value !== undefined,
  )
  return Object.fromEntries(defined) as unknown as Notice
}

const minuteMs = 60_000
const threshold = (
  metric: 'memory.percent' | 'disk.percent' | 'disk.free' | 'disk.readOnly' | 'net.errors',
  rest = {},
): NoticeAbout => ({
  kind: 'threshold',
  metric,
  agg: 'avg',
  op: '>',
  ...rest,
})
const disk = { rule: 'disk', entity: '/var', about: threshold('disk.percent'), value: 93.1, threshold: 90 }
const down = {
  rule: 'host-down',
  about: { kind: 'absent', of: 'host' },
  value: undefined,
  threshold: undefined,
} as const
const process = { ...down, rule: 'proxy', entity: 'nginx*', about: { kind: 'absent', of: 'process' } } as const
const silent = { ...down, rule: 'all-silent', host: '*', about: { kind: 'absent', of: 'all-hosts' } } as const
const full = {
  rule: 'disk-soon',
  entity: '/var',
  about: { kind: 'forecast', metric: 'disk.percent', withinMs: 24 * 60 * minuteMs },
  value: 71.2,
  threshold: undefined,
} as const
const found = { rule: 'finding', about: undefined }
const hours4 = { atMs: startMs + 240 * minuteMs }

describe('a subject says how bad, who, what and how much; a headline says it in words', () => {
  it.each<[string, string, Changes]>([
    ['[WARNING] web-1: CPU 91.3 % > 80 %', 'CPU is at 91.3 %, above 80 %', {}],
    ['[CRITICAL] web-1: CPU 91.3 % > 80 %', 'CPU is at 91.3 %, above 80 %', { severity: 'critical' }],
    ['[WARNING, flapping] web-1: CPU 91.3 % > 80 %', 'CPU is at 91.3 %, above 80 %', { flapping: true }],
    [
      '[now CRITICAL] web-1: CPU 97.0 % > 95 %',
      'CPU is at 97.0 %, above 95 %: now critical',
      { kind: 'escalated', severity: 'critical', severityBefore: 'warning', value: 97, threshold: 95 },
    ],
    ['[still WARNING] web-1: CPU > 80 % for 4 h', 'CPU is still above 80 %', { kind: 'repeat', repeat: 1, ...hours4 }],
    ['[RESOLVED] web-1: CPU 41.0 % after 20 min', 'CPU is back at 41.0 %', { kind: 'resolved', value: 41 }],
    [
      '[AMENDED] web-1: CPU began 12:00, learned 12:40',
      'CPU began 12:00, learned 12:40',
      { kind: 'amended', late: { learnedAtMs: startMs + 40 * minuteMs } },
    ],
    [
      '[AMENDED] web-1: CPU began 2026-03-01 12:00, learned 02:00',
      'CPU began 2026-03-01 12:00, learned 02:00',
      { kind: 'amended', late: { learnedAtMs: startMs + 840 * minuteMs } },
    ],
    [
      '[AMENDED] web-1: CPU 11:50 to 12:03, learned 12:40',
      'CPU 11:50 to 12:03, learned 12:40',
      {
        kind: 'amended',
        late: {
          learnedAtMs: startMs + 40 * minuteMs,
          fired: { fromMs: startMs - 10 * minuteMs, toMs: startMs + 3 * minuteMs },
        },
      },
    ],
    [
      '[AMENDED] web-1: CPU would not have fired, learned 12:40',
      'CPU would not have fired, learned 12:40',
      { kind: 'amended', late: { learnedAtMs: startMs + 40 * minuteMs, fired: 'never' } },
    ],
    ['[WARNING] web-1: Disk /var 90.01 % > 90 %', 'Disk /var is at 90.01 %, above 90 %', { ...disk, value: 90.012 }],
    ['[WARNING] web-1: Disk /var 93.1 % > 90 %', 'Disk /var is at 93.1 %, above 90 %', disk],
    [
      '[RESOLVED] web-1: Disk /var 71.0 % after 20 min',
      'Disk /var is back at 71.0 %',
      { ...disk, kind: 'resolved', value: 71 },
    ],
    ['[RESOLVED] web-1: Disk /var after 20 min', 'Disk /var: over', { ...disk, kind: 'resolved', value: undefined }],
    [
      '[RESOLVED] web-1: Disk /var gone',
      'Disk /var is no longer there',
      { ...disk, kind: 'resolved', gone: true, value: undefined },
    ],
    [
      '[WARNING] web-1: Disk free /var 1.50 GiB < 2.00 GiB',
      'Disk free /var is at 1.50 GiB, below 2.00 GiB',
      { ...disk, about: threshold('disk.free', { op: '<' }), value: 1.5 * 2 ** 30, threshold: 2 ** 31 },
    ],
    [
      '[WARNING] web-1: Disk change /var 12.0 % ≥ 10 %',
      'Disk change /var is at 12.0 %, above 10 %',
      { ...disk, about: threshold('disk.percent', { agg: 'delta', op: '>=' }), value: 12, threshold: 10 },
    ],
    ['[WARNING] web-1: Disk /var 71.2 %, full within 1 d', 'Disk /var is at 71.2 %, and full within 1 d', full],
    [
      '[CRITICAL] web-1: Read-only file system /var',
      'Read-only file system /var',
      { ...disk, about: threshold('disk.readOnly'), severity: 'critical', value: 1, threshold: 0.5 },
    ],
    ['[CRITICAL] web-1: down', 'The host is down', { ...down, severity: 'critical' }],
    [
      '[still CRITICAL] web-1: down for 4 h',
      'The host is down',
      { ...down, kind: 'repeat', severity: 'critical', ...hours4 },
    ],
    ['[RESOLVED] web-1: up again after 20 min', 'The host is up again', { ...down, kind: 'resolved' }],
    [
      '[RESOLVED] web-1: gone, and forgotten',
      'The host is gone for good, and forgotten',
      { ...down, kind: 'resolved', forgotten: true },
    ],
    [
      '[RESOLVED] web-1: CPU over: host forgotten',
      'The host is gone for good, and forgotten',
      { kind: 'resolved', forgotten: true, value: undefined },
    ],
    ['[WARNING] web-1: Process nginx* not running', 'Process nginx* is not running', process],
    [
      '[RESOLVED] web-1: Process nginx* runs again after 20 min',
      'Process nginx* runs again',
      { ...process, kind: 'resolved' },
    ],
    ['[CRITICAL] all hosts: silent at once', 'All hosts fell silent at once', { ...silent, severity: 'critical' }],
    ['[RESOLVED] all hosts: heard again after 20 min', 'The hosts are heard again', { ...silent, kind: 'resolved' }],
    [
      '[WARNING] web-1: workers 1 < 3',
      'workers is at 1, below 3',
      { ...found, entity: 'workers', value: 1, threshold: 3 },
    ],
    [
      '[WARNING] web-1: queue: orders',
      'queue: orders',
      { ...found, entity: 'queue: orders', value: undefined, threshold: undefined },
    ],
    [
      '[TEST] web-1: messages from Vitals arrive',
      'This is a test: messages from Vitals arrive here.',
      { kind: 'test', rule: 'test' },
    ],
  ])('%s', (subject, headline, changes) => {
    const words = wordsOf(noticeWith(changes), 'UTC')
    expect(words.subject).toBe(`${subject} #aaaaaaaaaaaa`)
    expect(words.headline.replaceAll('\u00a0', ' ')).toBe(headline)
    expect([...subject].length).toBeLessThanOrEqual(60)
  })

  it.each<[string, Partial<Notice>]>([
    [
      '[WARNING] ip-10-0-12-200.…ompute.internal: CPU 91.3 % > 80 %',
      { host: 'ip-10-0-12-200.eu-central-1.compute.internal' },
    ],
    [
      '[WARNING] db: Disk /var/lib/docke…g/mount/point 93.1 % > 90 %',
      { ...disk, host: 'db', entity: '/var/lib/docker/overlay2/very/long/mount/point' },
    ],
    [
      '[WARNING] ip-10-0…nternal: Disk /var/li…t/point 93.1 % > 90 %',
      {
        ...disk,
        host: 'ip-10-0-12-200.eu-central-1.compute.internal',
        entity: '/var/lib/docker/overlay2/very/long/mount/point',
      },
    ],
  ])('in 60 characters before the incident, keeping both ends of names: %s', (subject, notice) => {
    expect(wordsOf(makeNotice(notice), 'UTC').subject).toBe(`${subject} #aaaaaaaaaaaa`)
    expect([...subject].length).toBeLessThanOrEqual(61)
  })
})
