import { describe, expect, it } from 'vitest'
import { parsePlace } from '../../../../infra/serverless/adapt-template.mjs'
import { checkBucket, kept } from '../../../../infra/serverless/check-bucket.mjs'
import { keptKeys } from '../kept-keys.ts'

/** As the stack would make its own. */
const wanted = {
  LifecycleConfiguration: {
    Rules: [
      { Id: 'unfinished-uploads', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
      { Id: 'parquet', Prefix: 'lake/', ExpirationInDays: '90' },
      { Id: 'reports', Prefix: 'site/reports/', ExpirationInDays: '400' },
    ],
  },
}

const expires = (Prefix: string, Days: number, more = {}) => ({
  ID: `rule-${Prefix}`,
  Status: 'Enabled',
  Filter: { Prefix },
  Expiration: { Days },
  ...more,
})

const tlsOnly = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
}
const ifAbsentOnly = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:PutObject',
  Condition: { Null: { 's3:if-none-match': 'true' } },
}

/** One with nothing to say of it, at the root or below a prefix. */
function good(below = '') {
  return {
    lifecycle: [expires(`${below}lake/`, 90), expires(`${below}site/reports/`, 400)],
    policy: [tlsOnly, ifAbsentOnly] as object[],
    block: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
    ownership: [{ ObjectOwnership: 'BucketOwnerEnforced' }],
    versioning: undefined as string | undefined,
    layout: undefined as { shards: number } | undefined,
    unread: [] as string[],
  }
}

type Found = ReturnType<typeof good>

function check(changes: Partial<Found>, { url = 's3://data/vitals', shards = undefined as number | undefined } = {}) {
  const place = parsePlace(url)
  return checkBucket({ place, found: { ...good(place.keysBelow), ...changes }, wanted, shards })
}

describe('a bucket that exists', () => {
  it.each(['s3://data', 's3://data/vitals', 's3://data/a/b/'])('may be all that it should be: %s', (url) => {
    expect(check({}, { url })).toEqual({ refusals: [], advice: [] })
  })

  it.each([
    ['all of it', ''],
    ['the prefix', 'vitals/'],
    ['the inbox', 'vitals/inbox/'],
    ['some of the log', 'vitals/log/v1/all'],
  ])('is refused with a rule that removes %s by age', (_, prefix) => {
    const { lifecycle } = good('vitals/')
    const { refusals } = check({ lifecycle: [...lifecycle, expires(prefix, 30)] })
    expect(refusals).toEqual([
      expect.stringMatching(/^its lifecycle rule rule-.* removes by age what must stay .*vitals\//),
    ])
  })

  it.each([
    ['is not enabled', expires('vitals/', 30, { Status: 'Disabled' })],
    ['is for other keys', expires('backups/', 30)],
    ['is for objects with a tag', expires('', 30, { Filter: { And: { Prefix: '', Tags: [{ Key: 'temporary' }] } } })],
    ['only ends uploads', expires('', 1, { Expiration: undefined, AbortIncompleteMultipartUpload: {} })],
  ])('may have a rule that %s', (_, rule) => {
    expect(check({ lifecycle: [...good('vitals/').lifecycle, rule] })).toEqual({ refusals: [], advice: [] })
  })

  it('is refused with a rule that moves what functions read into an archive', () => {
    const rule = expires('vitals/lake/', 30, { Expiration: undefined, Transitions: [{ StorageClass: 'DEEP_ARCHIVE' }] })
    const { refusals } = check({ lifecycle: [...good('vitals/').lifecycle, rule] })
    expect(refusals).toEqual([expect.stringContaining('into an archive')])
  })

  it('is refused where it has another number of shards than the functions are told', () => {
    expect(check({ layout: { shards: 16 } }, { shards: 1 }).refusals).toEqual([
      expect.stringMatching(/^it has 16 shards, since it was first used, and MONITOR_SHARDS says 1/),
    ])
    expect(check({ layout: { shards: 16 } }, { shards: 16 }).refusals).toEqual([])
    expect(check({ layout: { shards: 16 } }).refusals).toEqual([])
  })

  it.each<[string, Partial<Found>, RegExp]>([
    [
      'is open to the public',
      { block: undefined as never },
      /^block public access: BlockPublicAcls, .*RestrictPublicBuckets/,
    ],
    ['leaves objects to who put them', { ownership: [] }, /^set its object ownership to BucketOwnerEnforced/],
    [
      'is spoken to without TLS',
      { policy: [ifAbsentOnly] },
      /^let nobody in without TLS: .*"aws:SecureTransport":"false"/,
    ],
    [
      'lets agents overwrite',
      { policy: [tlsOnly] },
      /"Resource":"arn:aws:s3:::data\/vitals\/inbox\/\*".*"s3:if-none-match":"true"/,
    ],
    [
      'keeps reports for ever',
      { lifecycle: [expires('vitals/lake/', 90)] },
      /^nothing removes vitals\/site\/reports\/ after 400 days/,
    ],
    [
      'removes the history early',
      { lifecycle: [expires('vitals/lake/', 7), expires('vitals/site/reports/', 400)] },
      /^vitals\/lake\/ goes after 7 days, and the settings say 90/,
    ],
    ['keeps versions', { versioning: 'Enabled' }, /^it keeps versions: .*vitals\/inbox\/ and vitals\/state\//],
    [
      'does not let itself be looked at',
      { unread: ['policy: AccessDenied'] },
      /mind it yourself: policy: AccessDenied/,
    ],
  ])('is taken, and more is asked of it, where it %s', (_, changes, expected) => {
    expect(check(changes)).toEqual({ refusals: [], advice: [expect.stringMatching(expected)] })
  })

  it('may keep versions where those of what changes each minute go', () => {
    const former = (Prefix: string) => ({
      ...expires(Prefix, 0, { Expiration: undefined }),
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    })
    const lifecycle = [...good('vitals/').lifecycle, former('vitals/inbox/'), former('vitals/state/')]
    expect(check({ versioning: 'Enabled', lifecycle })).toEqual({ refusals: [], advice: [] })
  })

  it.each(keptKeys)('may not lose %s by age', (key) => {
    expect(kept.filter((beginning: string) => key.startsWith(beginning))).toHaveLength(1)
  })
})
