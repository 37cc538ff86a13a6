import { describe, expect, it } from 'vitest'
import { agentPolicy } from '../../../core/agent-policy.ts'
import { inboxKey } from '../../../core/keys.ts'

const bucketUrl = 's3://fleet/vitals'

describe("an agent's policy", () => {
  it('allows to put what is not there below its own host, and nothing else', () => {
    expect(agentPolicy({ bucketUrl, host: 'web-1' }).Statement).toEqual([
      {
        Sid: 'SendOnlyWhatIsNotThere',
        Effect: 'Allow',
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::fleet/vitals/inbox/v1/c471/web-1/*',
        Condition: { Null: { 's3:if-none-match': 'false' } },
      },
    ])
  })

  it.each(['s3://fleet', 's3://fleet/', 's3://fleet/a/b/', 's3://fleet/a?path-style=true'])(
    'covers its keys in %s',
    (url) => {
      const [statement] = agentPolicy({ bucketUrl: url, host: 'web-1' }).Statement
      const prefix = url.replace(/^s3:\/\/fleet\/?|\?.*$|\/+$/g, '')
      const key = inboxKey({ host: 'web-1', stream: '0'.repeat(16), seq: 1, sha16: '0'.repeat(16) })
      const covered = statement?.Resource.replace(/\*$/, '') ?? ''
      expect(`arn:aws:s3:::fleet/${prefix === '' ? '' : `${prefix}/`}${key}`.startsWith(covered)).toBe(true)
    },
  )

  it('gives a host that is named like a wildcard no other host’s prefix', () => {
    const [statement] = agentPolicy({ bucketUrl, host: 'web-*?' }).Statement
    expect(statement?.Resource).toMatch(/\/web-~2A~3F\/\*$/)
  })

  it('adds metrics of the one namespace where the agent sends some', () => {
    const [, metrics] = agentPolicy({ bucketUrl, host: 'web-1', cloudWatchNamespace: 'CWAgent' }).Statement
    expect(metrics).toMatchObject({
      Action: 'cloudwatch:PutMetricData',
      Condition: { StringEquals: { 'cloudwatch:namespace': 'CWAgent' } },
    })
  })

  it('is refused for a directory', () => {
    expect(() => agentPolicy({ bucketUrl: 'file:///srv', host: 'web-1' })).toThrow('expected a bucket in S3')
  })
})
