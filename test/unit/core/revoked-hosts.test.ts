import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isShippableHost } from '../../../core/host-segment.ts'
import { type BucketPolicy, revokedHosts, withoutRevoked, withRevoked } from '../../../core/revoked-hosts.ts'

const vitals = { bucketUrl: 's3://fleet/vitals' }
const own: BucketPolicy = {
  Version: '2012-10-17',
  Statement: [
    { Sid: 'Mine', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::fleet/x' },
  ],
}

describe('a revoked host', () => {
  it('is denied to put below its own prefix, by whom ever', () => {
    expect(withRevoked(undefined, { ...vitals, host: 'web-1' })).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'RevokedHosts',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:PutObject',
          Resource: ['arn:aws:s3:::fleet/vitals/inbox/v1/c471/web-1/*'],
        },
      ],
    })
  })

  it('leaves all else that the policy says', () => {
    const policy = withRevoked({ ...own, Id: 'mine' } as BucketPolicy, { ...vitals, host: 'web-1' })
    expect(policy).toMatchObject({ Id: 'mine', Statement: [own.Statement[0], { Sid: 'RevokedHosts' }] })
    expect(withoutRevoked(policy, { ...vitals, host: 'web-1' })).toEqual({ ...own, Id: 'mine' })
  })

  it('is revoked once, and the policy of who is revoked already is left', () => {
    const policy = withRevoked(own, { ...vitals, host: 'web-1' })
    expect(withRevoked(policy, { ...vitals, host: 'web-1' })).toBe(policy)
  })

  it('leaves no policy when that was all of it', () => {
    const policy = withRevoked(undefined, { ...vitals, host: 'web-1' })
    expect(withoutRevoked(policy, { ...vitals, host: 'web-1' })).toBeUndefined()
    expect(withoutRevoked(undefined, { ...vitals, host: 'web-1' })).toBeUndefined()
  })

  it('is found where a store gives a list of one back as that one', () => {
    const [Resource] = ['arn:aws:s3:::fleet/vitals/inbox/v1/c471/web-1/*']
    const policy = { ...own, Statement: [{ Sid: 'RevokedHosts', Resource }] }
    expect(revokedHosts(policy, vitals)).toEqual(['web-1'])
  })

  it('is told of the Vitals that it was revoked in, and stays so in the other of the same bucket', () => {
    const there = { bucketUrl: 's3://fleet/other', host: 'db-1' }
    const policy = withRevoked(withRevoked(own, there), { ...vitals, host: 'web-1' })
    expect(revokedHosts(policy, vitals)).toEqual(['web-1'])
    const lifted = withoutRevoked(policy, { ...vitals, host: 'web-1' })
    expect(revokedHosts(lifted, there)).toEqual(['db-1'])
  })

  it('is named in whatever partition the bucket lies', () => {
    const china = { ...vitals, partition: 'aws-cn' }
    const policy = withRevoked(own, { ...china, host: 'web-1' })
    expect(JSON.stringify(policy)).toContain('arn:aws-cn:s3:::fleet/')
    expect(revokedHosts(policy, china)).toEqual(['web-1'])
  })

  it('is one of a list that says the same in whatever order hosts were revoked and lifted', () => {
    const host = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter(isShippableHost)
    fc.assert(
      fc.property(fc.uniqueArray(host, { maxLength: 6 }), fc.uniqueArray(host, { maxLength: 3 }), (revoked, lifted) => {
        const all = [...revoked, ...lifted]
        const policy = all.reduce<BucketPolicy>((one, name) => withRevoked(one, { ...vitals, host: name }), own)
        const left = lifted.reduce<BucketPolicy | undefined>(
          (one, name) => withoutRevoked(one, { ...vitals, host: name }),
          policy,
        )
        expect(revokedHosts(left, vitals)).toEqual(revoked.filter((name) => !lifted.includes(name)).toSorted())
        expect(left?.Statement[0]).toEqual(own.Statement[0])
      }),
    )
  })
})
