import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isKey } from '../../../adapters/bucket/key.ts'
import { hostOfSegment, hostSegment, isShippableHost } from '../../../core/host-segment.ts'
import * as keys from '../../../core/keys.ts'
import {
  afterHostOf,
  beforeBlock,
  blockKey,
  checkpointKey,
  hostHash4,
  type InboxName,
  inboxHostPrefix,
  inboxKey,
  inboxShardPrefix,
  lakeKey,
  lakeTables,
  noticeKey,
  nowKey,
  parseBlockKey,
  parseCheckpointKey,
  parseInboxKey,
  parseLakeKey,
  parseRejectedKey,
  parseReportKey,
  parseSentNoticeKey,
  rejectedPrefix,
  reportId,
  sentNoticeKey,
  shardCounts,
  shardOfHost,
  shards,
  stateKey,
} from '../../../core/keys.ts'
import { noticeId } from '../../../core/notice.ts'
import { parseSettings } from '../../../core/parse-settings.ts'
import { hostPageNames } from '../../../core/report/page/host-page-name.ts'
import * as rollupKeys from '../../../core/rollup/rollup-keys.ts'
import { parseRollupKey, resolutions, rollupKey, rollupProgressKey } from '../../../core/rollup/rollup-keys.ts'

const hex16 = fc.stringMatching(/^[0-9a-f]{16}$/)
const anyHost = fc.oneof(fc.string({ minLength: 1, unit: 'binary' }), fc.string({ minLength: 1, unit: 'grapheme' }))
const host = anyHost.filter(isShippableHost)
const seq = fc.integer({ min: 1, max: 999_999_999_999 })
const inboxName: fc.Arbitrary<InboxName> = fc.record({ host, stream: hex16, seq, sha16: hex16 })
const shard = fc.constantFrom(...shardCounts.flatMap((count) => shards(count)))
const atMs = fc.integer({ min: 0, max: Date.UTC(2100, 0) })

describe('the segment of a host', () => {
  it.each([
    ['web-1', 'web-1'],
    ['web.example.com', 'web.example.com'],
    ['UPPER_lower', 'UPPER_lower'],
    ['.hidden', '~2Ehidden'],
    ['..', '~2E.'],
    ['a/b', 'a~2Fb'],
    ['a b', 'a~20b'],
    ['~', '~7E'],
    ['é', '~C3~A9'],
    ['<script>', '~3Cscript~3E'],
    ['a\0b', 'a~00b'],
  ])('of %j is %s', (name, segment) => {
    expect(hostSegment(name)).toBe(segment)
    expect(hostOfSegment(segment)).toBe(name)
  })

  it('gives the host back, whatever it is called', () => {
    fc.assert(
      fc.property(host, (name) => {
        expect(hostOfSegment(hostSegment(name))).toBe(name)
      }),
    )
  })

  it.each([
    ['', 'nothing'],
    ['.a', 'a leading dot'],
    ['a~2fb', 'lower-case digits'],
    ['a~2', 'half an escape'],
    ['~41', 'an escape of what needs none'],
    ['a b', 'a space'],
    ['a/b', 'a slash'],
    ['~FF', 'bytes that are no UTF-8'],
    ['~ED~A0~80', 'half of a surrogate pair'],
    ['x'.repeat(129), 'more than 128 characters'],
    ['~20'.repeat(86), 'more than 255 bytes'],
  ])('is refused when it is %j: %s', (segment) => {
    expect(hostOfSegment(segment)).toBeUndefined()
  })

  it.each([
    ['é'.repeat(42), true],
    ['é'.repeat(43), false],
    ['x'.repeat(128), true],
    ['x'.repeat(129), false],
    ['a\ud800', false],
  ])('has room for %j: %s, and the setting says the same', (name, fits) => {
    expect(isShippableHost(name)).toBe(fits)
    const env = { MONITOR_HOST: name }
    expect(parseSettings({ env, hostname: 'h', timeZone: 'UTC', resolvePath: (path) => path }).ok).toBe(fits)
  })
})

describe('the key of a batch', () => {
  it('gives back what is in it', () => {
    fc.assert(
      fc.property(inboxName, (name) => {
        expect(parseInboxKey(inboxKey(name))).toEqual(name)
      }),
    )
  })

  it('sorts the batches of a stream by their number', () => {
    fc.assert(
      fc.property(inboxName, seq, (name, other) => {
        const [a, b] = [inboxKey(name), inboxKey({ ...name, seq: other, sha16: '0'.repeat(16) })]
        if (name.seq !== other) expect(a < b).toBe(name.seq < other)
      }),
    )
  })

  const good = inboxKey({ host: 'web-1', stream: 'a'.repeat(16), seq: 7, sha16: 'b'.repeat(16) })
  it.each([
    ['another prefix', good.replace('inbox/v1', 'inbox/v2'), 'the key is not inbox/v1/<h4>/'],
    ['another hash', good.replace(hostHash4('web-1'), '0000'), `sha256 of the host begins with ${hostHash4('web-1')}`],
    ['another host below the hash', good.replace('web-1', 'web-2'), 'sha256 of the host begins with'],
    ['a host that is not written like that', good.replace('web-1', '.web-1'), 'the host segment .web-1'],
    ['the number 0', good.replace('000000000007', '000000000000'), 'start at 1'],
    ['a short number', good.replace('000000000007', '7'), 'the key is not'],
    ['a stream in capitals', good.replace('aaaa', 'AAAA'), 'the key is not'],
    ['something behind it', `${good}.tmp`, 'the key is not'],
    ['a line break behind it', `${good}\n`, 'the key is not'],
    ['a folder more', good.replace('web-1/', 'web-1/x/'), 'the key is not'],
    ['nothing', '', 'the key is not'],
  ])('is refused with %s', (_, key, reason) => {
    expect(parseInboxKey(key)).toEqual({ refused: expect.stringContaining(reason) })
  })

  it('comes before the end of its host, and the next host after', () => {
    fc.assert(
      fc.property(inboxName, inboxName, (a, b) => {
        const [key, other] = [inboxKey(a), inboxKey(b)]
        const end = afterHostOf(key)
        expect(key < end && end.startsWith(inboxHostPrefix(a.host))).toBe(true)
        if (a.host !== b.host) expect(other < end).toBe(other < key)
      }),
    )
  })
})

describe('shards', () => {
  it.each([
    [1, 1, 'all'],
    [16, 16, '0'],
    [256, 256, '00'],
  ] as const)('%d are %d, the first is %s', (count, amount, first) => {
    expect(shards(count)).toHaveLength(amount)
    expect(new Set(shards(count)).size).toBe(amount)
    expect(shards(count)[0]).toBe(first)
  })

  it('part the inbox: each batch lies under the prefix of its own shard, and of no other', () => {
    fc.assert(
      fc.property(inboxName, fc.constantFrom(...shardCounts), (name, count) => {
        const owners = shards(count).filter((one) => inboxKey(name).startsWith(inboxShardPrefix(one)))
        expect(owners).toEqual([shardOfHost(name.host, count)])
      }),
    )
  })
})

describe('the key of a block', () => {
  const blockName = fc.record({ shard, n: fc.integer({ min: 1, max: 2 ** 52 }), write: hex16, prev: hex16 })

  it('gives back what is in it', () => {
    fc.assert(
      fc.property(blockName, (name) => {
        expect(parseBlockKey(blockKey(name))).toEqual(name)
        const { shard: of, n } = name
        expect(parseCheckpointKey(checkpointKey(of, n))).toEqual({ shard: of, n })
      }),
    )
  })

  it('sorts by number, and after `beforeBlock` of it but not of the next', () => {
    fc.assert(
      fc.property(blockName, (name) => {
        const key = blockKey(name)
        expect(beforeBlock(name.shard, name.n) < key).toBe(true)
        expect(key < beforeBlock(name.shard, name.n + 1)).toBe(true)
      }),
    )
  })

  it.each(['log/v1/all/1-a-b.ndjson.zst', 'log/v1/all/', 'log/v1/all/x', ''])('is not %j', (key) => {
    expect(parseBlockKey(key)).toBeUndefined()
  })
})

describe('the keys of what is kept for a time', () => {
  const startOf = (lengthMs: number, at: number) => Math.floor(at / lengthMs) * lengthMs
  const hourMs = 3_600_000
  const dayMs = 24 * hourMs
  const dated = fc.record({ shard, atMs, table: fc.constantFrom(...lakeTables), hex: hex16 })

  it('give back what is in them', () => {
    fc.assert(
      fc.property(dated, ({ shard: of, atMs: at, table, hex }) => {
        const hour = startOf(hourMs, at)
        const day = startOf(dayMs, at)
        const month = Date.UTC(new Date(at).getUTCFullYear(), new Date(at).getUTCMonth())
        expect(parseLakeKey(lakeKey(table, of, at))).toEqual({ table, shard: of, dayMs: day })
        for (const [resolution, startMs] of [
          ['5m', hour],
          ['1h', day],
          ['1d', month],
        ] as const) {
          expect(parseRollupKey(rollupKey(resolution, of, at))).toEqual({ resolution, shard: of, startMs })
        }
        const id = reportId(at, hex)
        expect(parseReportKey(`site/reports/${id}/report.json`)).toEqual({ id, dayMs: day })
        expect(parseSentNoticeKey(sentNoticeKey(`${hex}-default-firing`, at))).toEqual({ dayMs: day })
        expect(parseRejectedKey(`${rejectedPrefix('web-1', at)}${hex}.json`)).toEqual({ dayMs: day })
      }),
    )
  })

  it.each([
    'lake/samples/dt=2026-02-30/all.parquet',
    'lake/samples/dt=2026-02-03/hour=00/all.parquet',
    'lake/secrets/dt=2026-02-03/all.parquet',
    'lake/samples/dt=2026-02-03/all.parquet/x',
    'rollups/v1/5m/dt=2026-02-03/all.zst',
    'rollups/v1/1h/dt=2026-02-03/hour=00/all.zst',
    'rollups/v1/1h/month=2026-02/all.zst',
    'rollups/v1/1d/month=2026-13/all.zst',
    'rollups/v1/progress/all.json',
    'site/reports/index.json',
    'site/reports/2026-02-03/report.json',
    'site/reports/2026-02-31-0123456789abcdef/report.json',
    'notices/v1/open/x.json',
    'notices/v1/done/dt=2026-02-31/x.json',
    'rejected/v1/dt=2026-02-03/x.json',
    '',
  ])('are not %j', (key) => {
    const parsers = [parseLakeKey, parseRollupKey, parseReportKey, parseSentNoticeKey, parseRejectedKey]
    expect(parsers.map((parse) => parse(key))).toEqual(parsers.map(() => undefined))
  })
})

/**
 * Each kind of object, by the function that makes its key, or by the prefix that somebody else adds a name to. Hosts, days and
 * shards often meet, and hosts are called like files.
 */
const meetingHost = fc.oneof(fc.constantFrom('a', 'a.json', 'a.zst', 'index.json', 'hosts', 'all', '00', 'a/b'), host)
const meetingAtMs = fc.oneof(fc.constantFrom(Date.UTC(2026, 1, 3), Date.UTC(2026, 1, 3, 23)), atMs)
const meetingShard = fc.oneof(fc.constantFrom('all', '0', '00'), shard)
const meetingHex = fc.oneof(fc.constant('0'.repeat(16)), hex16)
const notice = fc
  .tuple(fc.constantFrom('0a1b2c3d4e5f', 'ffffffffffff'), fc.constantFrom('default', 'a-firing', 'a'), seq)
  .map(([incident, receiver, n]) => noticeId(incident, receiver, 'repeat', n))
const hostPageOf = (of: string) => hostPageNames([of]).get(of) ?? ''
const madeKeys: Record<string, fc.Arbitrary<string>> = {
  layoutKey: fc.constant(keys.layoutKey),
  reportLimitKey: fc.constant(keys.reportLimitKey),
  controlLimitKey: fc.constant(keys.controlLimitKey),
  controlKey: fc.constant(keys.controlKey),
  heartbeatKey: fc.constant(keys.heartbeatKey),
  inboxKey: fc.record({ host: meetingHost, stream: meetingHex, seq, sha16: meetingHex }).map(inboxKey),
  stateKey: meetingShard.map(stateKey),
  blockKey: fc.record({ shard: meetingShard, n: seq, write: meetingHex, prev: meetingHex }).map(blockKey),
  checkpointKey: fc.tuple(meetingShard, seq).map(([of, n]) => checkpointKey(of, n)),
  noticeKey: notice.map(noticeKey),
  sentNoticeKey: fc.tuple(notice, meetingAtMs).map(([id, at]) => sentNoticeKey(id, at)),
  slotKey: fc.record({ schedule: meetingHost, dueMs: meetingAtMs }).map(keys.slotKey),
  dayKey: meetingShard.map(keys.dayKey),
  nowKey: meetingShard.map(nowKey),
  lakeKey: fc.tuple(fc.constantFrom(...lakeTables), meetingShard, meetingAtMs).map((key) => lakeKey(...key)),
  rollupKey: fc.tuple(fc.constantFrom(...resolutions), meetingShard, meetingAtMs).map((key) => rollupKey(...key)),
  rollupProgressKey: meetingShard.map(rollupProgressKey),
  'a refused input': fc
    .tuple(meetingHost, meetingAtMs, meetingHex)
    .map(([of, at, hex]) => `${rejectedPrefix(of, at)}${hex}.json`),
  'the list of reports': fc.constant(`${keys.reportsPrefix}index.json`),
  'a file of a report': fc
    .tuple(meetingAtMs, meetingHex, fc.oneof(meetingHost.map(hostPageOf), fc.constantFrom('report.json', 'hosts.png')))
    .map(([at, hex, name]) => `${keys.reportsPrefix}${reportId(at, hex)}/${name}`),
  'a probe of conditions': meetingHex.map((hex) => `${keys.probePrefix}${hex}`),
  'a probe of rights': fc.tuple(meetingHost, meetingHex).map(([of, hex]) => `${inboxHostPrefix(of)}probe-${hex}`),
}

describe('all keys', () => {
  const some = fc.record(madeKeys).map((made) => Object.values(made))

  it('are in what follows: whoever adds a kind adds it here', () => {
    const makers = Object.keys({ ...keys, ...rollupKeys }).filter(
      (name) => name.endsWith('Key') && !name.startsWith('parse'),
    )
    expect(Object.keys(madeKeys)).toEqual(expect.arrayContaining(makers))
  })

  it('can be held by every store', () => {
    fc.assert(
      fc.property(some, (made) => {
        expect(made.filter((key) => !isKey(key))).toEqual([])
      }),
    )
  })

  // As a path, `x` would be a file and a folder: versitygw refuses it, and so does a directory.
  it('are never a folder of another', () => {
    fc.assert(
      fc.property(some, some, (these, those) => {
        const all = [...these, ...those]
        expect(all.filter((key) => all.some((other) => other.startsWith(`${key}/`)))).toEqual([])
      }),
    )
  })

  it.each([
    ['lake', lakeKey('samples', 'all', Date.UTC(2026, 0, 2, 3)), 'lake/samples/dt=2026-01-02/all.parquet'],
    ['5 minutes', rollupKey('5m', '0a', Date.UTC(2026, 0, 2, 3, 59)), 'rollups/v1/5m/dt=2026-01-02/hour=03/0a.zst'],
    ['an hour', rollupKey('1h', '0a', Date.UTC(2026, 0, 2, 23, 59)), 'rollups/v1/1h/dt=2026-01-02/0a.zst'],
    ['a day', rollupKey('1d', '0a', Date.UTC(2026, 0, 31, 23)), 'rollups/v1/1d/month=2026-01/0a.zst'],
  ])('of %s are dated in UTC', (_, key, expected) => {
    expect(key).toBe(expected)
  })
})
