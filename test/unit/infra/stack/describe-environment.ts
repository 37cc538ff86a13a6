/** What the stack tells its functions. */
import { describe, expect, it } from 'vitest'
import { settingDescriptions } from '../../../../core/settings.ts'
import { functionNames, logical, type StackPackage } from './package-stack.ts'

/** Settings that no function reads, by who does. */
const readElsewhere = {
  'the agent, on its host': [
    'MONITOR_CONFIG',
    'MONITOR_DATA_DIR',
    'MONITOR_HOST',
    'MONITOR_TAGS',
    'MONITOR_INTERVAL',
    'MONITOR_BATCH',
    'MONITOR_TOP_PROCESSES',
    'MONITOR_TOP_OPEN_FILES',
    'MONITOR_WATCH',
    'MONITOR_PSS',
    'MONITOR_SENSORS',
    'MONITOR_MAX_CPU',
    'MONITOR_SPOOL_MAX_BYTES',
    'MONITOR_SPOOL_MAX_AGE',
    'MONITOR_SPOOL_FSYNC',
    'MONITOR_STOP_WITHIN',
    'MONITOR_LOG_MAX_BYTES',
    'MONITOR_LOG_KEEP',
    'MONITOR_LOG_ROTATE_EVERY',
    'MONITOR_LOG_MAX_AGE',
    'MONITOR_CLOUDWATCH',
    'MONITOR_CLOUDWATCH_NAMESPACE',
    'MONITOR_CLOUDWATCH_METRICS',
    'MONITOR_CLOUDWATCH_RESOLUTION',
  ],
  'vitals up, which serves the site and has schedules of its own': [
    'MONITOR_PORT',
    'MONITOR_EVALUATE_INTERVAL',
    'MONITOR_ROLLUP_INTERVAL',
    'MONITOR_REPORT_SCHEDULE',
  ],
  'whoever runs programs, which no function does': ['MONITOR_ALLOW_COMMANDS'],
}

/** Where links in mails lead, which only who writes mails needs to know. */
const ofMails = 'MONITOR_SITE_URL'

/** What is no setting: the names of others in the stack, and its secret. */
const beside: Record<string, string[]> = {
  evaluate: ['VITALS_NOTIFY_FUNCTION'],
  notify: ['VITALS_LINK_KEY', ofMails],
  rollup: [],
  report: ['VITALS_LINK_KEY', ofMails],
  open: ['VITALS_LINK_KEY', 'VITALS_FORMER_LINK_KEY', 'VITALS_REPORT_FUNCTION'],
}

export function describeEnvironment(stack: () => StackPackage): void {
  describe.each(functionNames)('the environment of %s', (name) => {
    const variables = () => {
      const environment = stack().resources[`${logical(name)}LambdaFunction`]?.Properties.Environment
      return (environment as { Variables: Record<string, unknown> }).Variables
    }

    it('has every setting that a function reads, none that does not exist, and no secret that it does not need', () => {
      const elsewhere = [...Object.values(readElsewhere).flat(), ofMails]
      const known = settingDescriptions.map((setting) => setting.name)
      expect(known).toEqual(expect.arrayContaining(elsewhere))
      const handed = known.filter((setting) => !elsewhere.includes(setting))
      expect(Object.keys(variables()).toSorted()).toEqual([...handed, ...(beside[name] ?? [])].toSorted())
    })

    it('says nothing but what the stack decides, where the shell of the deployment said nothing', () => {
      const said = Object.entries(variables()).filter(
        ([setting, value]) => value !== '' && setting.startsWith('MONITOR_'),
      )
      expect(Object.fromEntries(said)).toEqual({
        MONITOR_BUCKET: { 'Fn::Sub': `s3://\${VitalsBucket}` },
        MONITOR_MAIL: 'ses',
        ...(beside[name]?.includes(ofMails) && {
          [ofMails]: { 'Fn::GetAtt': ['OpenLambdaFunctionUrl', 'FunctionUrl'] },
        }),
      })
    })
  })
}
