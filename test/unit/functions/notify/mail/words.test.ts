import { describe, expect, it } from 'vitest'
import type { Notice } from '../../../../../core/notice.ts'
import { wordsOf } from '../../../../../functions/notify/mail/words.ts'
import { makeNotice } from '../make-notice.ts'

function withoutValue(notice: Partial<Notice>): Notice {
  const { value: _value, threshold: _threshold, ...rest } = makeNotice(notice)
  return rest
}

describe('a subject says who, what and how much', () => {
  it.each<[string, Notice]>([
    ['[firing] web-1: CPU 91.3 % > 80 %', makeNotice()],
    ['[firing] web-1: Memory 90.0 % > 85.5 %', makeNotice({ rule: 'memory', value: 90, threshold: 85.5 })],
    [
      '[firing] web-1: Disk /var 93.1 % > 90 %',
      makeNotice({ rule: 'disk', entity: '/var', value: 93.1, threshold: 90 }),
    ],
    ['[firing] web-1: down', withoutValue({ rule: 'host-down' })],
    ['[firing] web-1: queue 12,345 > 100', makeNotice({ rule: 'queue', value: 12_345, threshold: 100 })],
    ['[firing] web-1: queue', withoutValue({ rule: 'queue' })],
    ['[firing] web-1: queue: orders', withoutValue({ rule: 'finding', entity: 'queue: orders' })],
    ['[firing] web-1: workers 1 < 3', makeNotice({ rule: 'finding', entity: 'workers', value: 1, threshold: 3 })],
    ['[resolved] web-1: CPU 41.0 % after 20 min', makeNotice({ kind: 'resolved', value: 41 })],
    ['[resolved] web-1: CPU after 20 min', withoutValue({ kind: 'resolved' })],
    ['[resolved] web-1: up again after 20 min', withoutValue({ kind: 'resolved', rule: 'host-down' })],
    ['[resolved] web-1: gone, and forgotten', withoutValue({ kind: 'resolved', rule: 'host-down', forgotten: true })],
    ['[resolved] web-1: CPU over: host forgotten', withoutValue({ kind: 'resolved', forgotten: true })],
    ['[test] web-1: mails from Vitals arrive', withoutValue({ kind: 'test', rule: 'test' })],
  ])('%s', (subject, notice) => {
    expect(wordsOf(notice).subject).toBe(`${subject} #aaaaaaaaaaaa`)
  })

  it.each<[string, Partial<Notice>]>([
    [
      '[firing] ip-10-0-12-200.e…ompute.internal: CPU 91.3 % > 80 %',
      { host: 'ip-10-0-12-200.eu-central-1.compute.internal' },
    ],
    [
      '[firing] db: Disk /var/lib/docke…ng/mount/point 91.3 % > 80 %',
      { host: 'db', rule: 'disk', entity: '/var/lib/docker/overlay2/very/long/mount/point' },
    ],
    [
      '[firing] ip-10-0…nternal: Disk /var/li…t/point 91.3 % > 80 %',
      {
        host: 'ip-10-0-12-200.eu-central-1.compute.internal',
        rule: 'disk',
        entity: '/var/lib/docker/overlay2/very/long/mount/point',
      },
    ],
  ])('in about 60 characters before the incident, keeping both ends of names: %s', (subject, notice) => {
    expect(wordsOf(makeNotice(notice)).subject).toBe(`${subject} #aaaaaaaaaaaa`)
    expect(subject.length).toBeLessThanOrEqual(62)
  })
})

describe('a headline', () => {
  it.each<[string, Notice]>([
    ['CPU is at 91.3\u00a0%, above 80\u00a0%', makeNotice()],
    ['Disk /var is back at 71.0\u00a0%', makeNotice({ kind: 'resolved', rule: 'disk', entity: '/var', value: 71 })],
    ['Disk /var: over', withoutValue({ kind: 'resolved', rule: 'disk', entity: '/var' })],
    ['The host is down', withoutValue({ rule: 'host-down' })],
    [
      'The host is gone for good, and forgotten',
      withoutValue({ kind: 'resolved', rule: 'host-down', forgotten: true }),
    ],
    ['The host is up again', withoutValue({ kind: 'resolved', rule: 'host-down' })],
    ['queue', withoutValue({ rule: 'queue' })],
    ['workers is at 1, below 3', makeNotice({ rule: 'finding', entity: 'workers', value: 1, threshold: 3 })],
    ['workers: over', withoutValue({ kind: 'resolved', rule: 'finding', entity: 'workers' })],
  ])('%s', (headline, notice) => {
    expect(wordsOf(notice).headline).toBe(headline)
  })
})
