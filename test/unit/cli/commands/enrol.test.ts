import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { runEnrol } from '../../../../cli/commands/enrol.ts'
import { shellWord } from '../../../../cli/enrol/steps.ts'
import type { Parsed } from '../../../../cli/options.ts'
import { agentPolicy } from '../../../../core/agent-policy.ts'
import { wayNames, ways } from '../../../../infra/agent-role/ways.ts'
import { makeTerminal } from './terminal.ts'

const bucketUrl = 's3://fleet/vitals'
const policy = agentPolicy({ bucketUrl, host: 'web-1' })

async function enrol(values: Parsed['values'], { isForPeople = false, ...env }: Record<string, unknown> = {}) {
  const terminal = makeTerminal({ MONITOR_BUCKET: bucketUrl, MONITOR_HOST: 'web-1', ...(env as object) })
  await runEnrol({ parsed: { values, settings: {}, flags: {} }, terminal: { ...terminal, isForPeople: !!isForPeople } })
  return terminal.printed.join('\n')
}

describe('vitals enrol', () => {
  it('prints the policy of the host, as AWS takes it, to people as well', async () => {
    expect(JSON.parse(await enrol({}))).toEqual(policy)
    expect(JSON.parse(await enrol({}, { isForPeople: true }))).toEqual(policy)
  })

  it.each(wayNames)('prints the template of %s into a pipe, and what to do to people', async (way) => {
    const template = ways[way].template({ bucketUrl, host: 'web-1', policy })
    expect(JSON.parse(await enrol({ way: [way] }))).toEqual(template)
    const text = await enrol({ way: [way] }, { isForPeople: true })
    expect(text).toContain(`vitals enrol --host web-1 --bucket ${bucketUrl} --way ${way} > vitals-agent-web-1-`)
    expect(text).toContain('vitals host revoke web-1')
    const { steps, stackName, ...told } = JSON.parse(await enrol({ way: [way], json: ['true'] }))
    expect(told).toEqual({ bucketUrl, host: 'web-1', policy, way, template })
    expect(text).toContain(`--stack-name ${stackName} `)
    expect(steps.map(({ say }: { say: string }) => say).every((say: string) => text.includes(say))).toBe(true)
  })

  it('has the right for metrics in template and steps alike', async () => {
    const values = { way: ['key'], cloudwatch: ['true'] }
    expect(await enrol(values)).toContain('cloudwatch:PutMetricData')
    expect(await enrol(values, { isForPeople: true })).toContain('--way key --cloudwatch >')
  })

  it('names the bucket as it is named in China and for the government of the United States', async () => {
    expect(await enrol({}, { AWS_REGION: 'cn-north-1' })).toContain('"arn:aws-cn:s3:::fleet/')
    expect(await enrol({}, { AWS_DEFAULT_REGION: 'us-gov-west-1' })).toContain('"arn:aws-us-gov:s3:::fleet/')
  })

  it.each([
    [{}, { MONITOR_BUCKET: 'file:///srv' }, 'agents need rights on buckets in S3 only'],
    [{}, { MONITOR_BUCKET: 's3://fleet/a*' }, 's3://fleet/a*: expected a bucket in S3, s3://name/prefix'],
    [{ way: ['user'] }, {}, '--way user: expected instance-profile, roles-anywhere, key'],
    [{ way: ['roles-anywhere'] }, { MONITOR_HOST: 'web 1' }, '--way roles-anywhere: "web 1" can\'t be the common name'],
  ])('refuses %j of %j', async (values, env, message) => {
    await expect(enrol(values, env)).rejects.toThrow(message)
  })

  it.each(['web-1', "it's", '$(id) `id` "x"', 'a b', '*', '数据'])('hands %j to a shell as one word', (text) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text)
  })
})
