/** Templates by which hosts get credentials: whom each trusts, and that it gives nothing but the policy of the host. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { agentPolicy } from '../../../../core/agent-policy.ts'
import { stackNameOf } from '../../../../infra/agent-role/way.ts'
import { wayNames, ways } from '../../../../infra/agent-role/ways.ts'
import { type Ask, decide, ownerId, type Policy } from '../../../iam.ts'

const bucketUrl = 's3://fleet'
const enrolmentOf = (host: string) => ({ bucketUrl, host, policy: agentPolicy({ bucketUrl, host }) })
const enrolment = enrolmentOf('web-1')

describe.each(wayNames)('the template of %s', (name) => {
  const template = ways[name].template(enrolment)

  it('has one identity, with the policy of the host and no other right', () => {
    const { Resources } = template
    const identities = Object.values(Resources).filter(({ Type }) => /^AWS::IAM::(?:Role|User|Group)$/.test(Type))
    expect(identities).toHaveLength(1)
    const text = JSON.stringify(Resources)
    expect(text.match(/"PolicyDocument":/g)).toHaveLength(1)
    expect(text).toContain(`"PolicyName":"vitals-agent","PolicyDocument":${JSON.stringify(enrolment.policy)}`)
    expect(text).not.toContain('ManagedPolicy')
  })

  it('refers to nothing that it does not have', () => {
    const text = JSON.stringify(template)
    const referred = [...text.matchAll(/"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/g)].map(([, one]) => one)
    const there = [...Object.keys(template.Resources), ...Object.keys(template.Parameters ?? {})]
    expect(there).toEqual(expect.arrayContaining(referred))
  })

  it('holds no secret, and its steps name what it gives', () => {
    expect(JSON.stringify(template)).not.toMatch(/Secret/)
    const asked = JSON.stringify(ways[name].steps(enrolment)).matchAll(/OutputKey=='(\w+)'/g)
    const wanted = [...asked].map(([, output]) => output)
    expect(wanted.length).toBeGreaterThan(0)
    expect(Object.keys(template.Outputs)).toEqual(expect.arrayContaining(wanted))
  })
})

describe('a role for IAM Roles Anywhere', () => {
  const anchor = `arn:aws:rolesanywhere:us-east-1:${ownerId}:trust-anchor/1`
  const { Role } = ways['roles-anywhere'].template(enrolment).Resources
  const trusted = JSON.stringify(Role?.Properties.AssumeRolePolicyDocument)
  const trust = JSON.parse(trusted.replace('{"Ref":"TrustAnchor"}', `"${anchor}"`)) as Policy
  const assume = (commonName: string, from = anchor): Ask => ({
    action: 'sts:AssumeRole',
    resource: `arn:aws:iam::${ownerId}:role/agent`,
    context: { 'aws:PrincipalTag/x509Subject/CN': commonName, 'aws:SourceArn': from },
  })

  it.each([
    ['web-1', anchor, 'Allowed'],
    ['web-2', anchor, 'ImplicitlyDenied'],
    ['web-10', anchor, 'ImplicitlyDenied'],
    ['WEB-1', anchor, 'ImplicitlyDenied'],
    ['*', anchor, 'ImplicitlyDenied'],
    ['web-1', `${anchor}2`, 'ImplicitlyDenied'],
  ])('is asked for by %s of %s: %s', async (commonName, from, outcome) => {
    const asker = { service: 'rolesanywhere.amazonaws.com', policies: [], resourcePolicies: { sts: trust } }
    expect((await decide(assume(commonName, from), asker)).outcome).toBe(outcome)
  })

  it.each(['web 1', 'wéb', `\${aws:username}`, '*', 'x'.repeat(65), ''])('is not made for a host named %j', (host) => {
    expect(ways['roles-anywhere'].problem?.(host)).toMatch(/expected 1 to 64 of A-Z a-z 0-9 . _ -/)
  })

  it('has its trust anchor made by a template of its own, whose output it is told', () => {
    const path = join(import.meta.dirname, '..', '..', '..', '..', 'infra', 'agent-role', 'trust-anchor.yml')
    const template = parse(readFileSync(path, 'utf8'), { logLevel: 'silent' })
    expect(template.Resources.TrustAnchor.Type).toBe('AWS::RolesAnywhere::TrustAnchor')
    expect(Object.keys(template.Outputs)).toEqual(['TrustAnchor'])
    expect(ways['roles-anywhere'].parameters).toMatch(/^TrustAnchor=arn:/)
  })
})

describe('the name of the stack', () => {
  it('is one that CloudFormation takes, whatever the host is called', () => {
    for (const host of ['web-1', 'a.b', '数据', '*', '-', 'x'.repeat(120)]) {
      expect(stackNameOf({ bucketUrl, host })).toMatch(/^[A-Za-z][A-Za-z0-9-]{0,127}$/)
    }
  })

  it('is another one for another host or bucket, and the same for the same', () => {
    const names = [
      { bucketUrl, host: 'web-1' },
      { bucketUrl, host: 'web.1' },
      { bucketUrl, host: 'WEB-1' },
      { bucketUrl: 's3://fleet/b', host: 'web-1' },
      { bucketUrl: 's3://other', host: 'web-1' },
    ].map(stackNameOf)
    expect(new Set(names).size).toBe(names.length)
    expect(stackNameOf({ bucketUrl: 's3://fleet/?path-style=true', host: 'web-1' })).toBe(names[0])
  })
})
