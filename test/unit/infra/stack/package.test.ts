/** What `npx serverless package` makes, as CloudFormation will get it. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settingDescriptions } from '../../../../core/settings.ts'

const root = join(import.meta.dirname, '..', '..', '..', '..')
const directory = mkdtempSync(join(tmpdir(), 'vitals-package-'))
afterAll(() => rmSync(directory, { recursive: true }))
const patience = 120_000

interface Resource {
  Type: string
  Properties: Record<string, unknown>
}

interface Package {
  output: string
  template: string
  resources: Record<string, Resource>
  /** Hashes of the zips, by name. */
  zips: Record<string, string>
  path: string
}

async function serverless(...args: string[]): Promise<string> {
  // Nothing of the shell's settings or credentials, and no home to find some in.
  const env = { PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`, HOME: directory }
  const { stdout, stderr } = await promisify(execFile)('serverless', args, { cwd: root, env })
  return `${stdout}${stderr}`
}

async function makePackage(name: string): Promise<Package> {
  const path = join(directory, name)
  const output = await serverless('package', '--package', path, '--param', `architecture=${process.arch}`)
  const template = readFileSync(join(path, 'cloudformation-template-update-stack.json'), 'utf8')
  const zips = readdirSync(path).filter((file) => file.endsWith('.zip'))
  const hash = (file: string) =>
    createHash('sha256')
      .update(readFileSync(join(path, file)))
      .digest('hex')
  return {
    output,
    template,
    resources: (JSON.parse(template) as { Resources: Record<string, Resource> }).Resources,
    zips: Object.fromEntries(zips.map((file) => [file, hash(file)])),
    path,
  }
}

describe('the packaged stack', { timeout: patience }, () => {
  let first: Package
  beforeAll(async () => {
    first = await makePackage('first')
  }, patience)

  const ofType = (type: string) => Object.entries(first.resources).filter(([, resource]) => resource.Type === type)
  const resource = (name: string) => first.resources[name]?.Properties ?? {}

  it('is packaged without a warning, and comes out the same a second time', async () => {
    expect(first.output).not.toMatch(/warning|deprecat/i)
    const second = await makePackage('second')
    expect(second.zips).toEqual(first.zips)
    // Only where the framework uploads to is named after the time.
    const withoutTime = ({ template }: Package) => template.replace(/\d{13}-\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time')
    expect(withoutTime(second)).toBe(withoutTime(first))
  })

  it('weighs little: evaluate at most 1 MiB zipped', () => {
    expect(Object.keys(first.zips).toSorted()).toEqual(
      ['evaluate', 'notify', 'open', 'report', 'rollup'].map((name) => `${name}.zip`),
    )
    const sizes = ['evaluate', 'notify', 'rollup', 'open'].map((name) => statSync(join(first.path, `${name}.zip`)).size)
    expect(Math.max(...sizes)).toBeLessThan(1024 * 1024)
  })

  it('keeps the bucket closed, encrypted, and its inbox from being overwritten', () => {
    const bucket = resource('VitalsBucket')
    expect(Object.values(bucket.PublicAccessBlockConfiguration as object)).toEqual([true, true, true, true])
    expect(bucket.BucketEncryption).toBeDefined()
    expect(JSON.stringify(bucket.OwnershipControls)).toContain('BucketOwnerEnforced')
    const { Statement: statements } = resource('VitalsBucketPolicy').PolicyDocument as {
      Statement: { Effect: string; Action: string; Condition: object }[]
    }
    expect(statements.map(({ Effect, Action, Condition }) => [Effect, Action, Condition])).toEqual([
      ['Deny', 's3:*', { Bool: { 'aws:SecureTransport': 'false' } }],
      ['Deny', 's3:PutObject', { Null: { 's3:if-none-match': 'true' } }],
    ])
  })

  it('repeats and keeps no run of evaluate, and puts what failed into a queue', () => {
    expect(resource('EvaluateLambdaEvConf')).toMatchObject({
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Failures', 'Arn'] } } },
    })
  })

  it('runs each function by its schedule, with a role and a log of its own', () => {
    const schedules = ofType('AWS::Events::Rule').map(([name, { Properties }]) => [name, Properties.ScheduleExpression])
    expect(Object.fromEntries(schedules)).toEqual({
      EvaluateEventsRuleSchedule1: 'rate(1 minute)',
      NotifyEventsRuleSchedule1: 'rate(5 minutes)',
      ReportEventsRuleSchedule1: 'cron(0 7 * * ? *)',
      RollupEventsRuleSchedule1: 'rate(1 hour)',
    })
    const roles = ofType('AWS::Lambda::Function').map(([, { Properties }]) => JSON.stringify(Properties.Role))
    expect(new Set(roles).size).toBe(5)
    const kept = ofType('AWS::Logs::LogGroup').map(([, { Properties }]) => Properties.RetentionInDays)
    expect(kept).toEqual([14, 14, 14, 14, 14])
  })

  it('opens signed links at a function URL that anybody may call', () => {
    expect(resource('OpenLambdaFunctionUrl').AuthType).toBe('NONE')
    const toAll = ofType('AWS::Lambda::Permission').filter(([, { Properties }]) => Properties.Principal === '*')
    expect(toAll.map(([, { Properties }]) => Properties.Action).toSorted()).toEqual([
      'lambda:InvokeFunction',
      'lambda:InvokeFunctionUrl',
    ])
    expect(resource('OpenLambdaPermissionFn').InvokedViaFunctionUrl).toBe(true)
  })

  it('grants nothing on everything, besides sending mail from the one address', () => {
    const statements = ofType('AWS::IAM::Role').flatMap(([, { Properties }]) =>
      (Properties.Policies as { PolicyDocument: { Statement: Record<string, unknown>[] } }[]).flatMap(
        ({ PolicyDocument }) => PolicyDocument.Statement,
      ),
    )
    const wide = statements.filter(({ Resource, Action }) => Resource === '*' || String(Action).includes('*'))
    expect(wide.map(({ Action }) => Action)).toEqual([['ses:SendRawEmail'], ['ses:SendRawEmail']])
    expect(wide.every(({ Condition }) => JSON.stringify(Condition).includes('ses:FromAddress'))).toBe(true)
  })

  /** Of the agent, of `vitals up` and of the command line: no function reads them. */
  const notOfFunctions =
    /^MONITOR_(?:DATA_DIR|HOST|TAGS|INTERVAL|BATCH|TOP_PROCESSES|SPOOL_.*|LOG_MAX_BYTES|LOG_KEEP|PORT|EVALUATE_INTERVAL|ROLLUP_INTERVAL|REPORT_SCHEDULE|CLOUDWATCH.*)$/

  it('hands every setting that a function reads on, and none that does not exist', () => {
    const functions = ofType('AWS::Lambda::Function')
    const variables = functions.flatMap(([, { Properties }]) =>
      Object.keys((Properties.Environment as { Variables: object }).Variables),
    )
    const known = settingDescriptions.map(({ name }) => name)
    const handed = [...new Set(variables)].filter((name) => name.startsWith('MONITOR_')).toSorted()
    expect(handed).toEqual(known.filter((name) => !notOfFunctions.test(name)).toSorted())
  })

  it('is not deployed without somebody to tell', async () => {
    const deploying = serverless('deploy', '--package', first.path, '--param', `architecture=${process.arch}`)
    await expect(deploying).rejects.toMatchObject({
      stdout: expect.stringContaining('MONITOR_MAIL_FROM and MONITOR_MAIL_TO are not set'),
    })
  })
})
