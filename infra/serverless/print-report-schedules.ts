/**
 * On stdout, as JSON, when report is to be woken: by the schedules of vitals.yml, or daily, as functions/report has it. Whether the
 * settings are right is asked before a deployment (expect-settings.ts); here only the file's own mistakes end it.
 */
import { readConfig } from '../../adapters/config/file.ts'
import { parseSettings } from '../../core/parse-settings.ts'
import { dailySchedule } from '../../core/schedule.ts'
import { scheduledWakes } from './schedule-expression.ts'

const { MONITOR_VITALS_FILE = '', MONITOR_TIME_ZONE = '' } = process.env
const parsed = parseSettings({
  env: { ...(MONITOR_VITALS_FILE === '' ? {} : { MONITOR_VITALS_FILE }) },
  hostname: 'lambda',
  timeZone: 'UTC',
  resolvePath: (path) => path,
})
if (!parsed.ok) throw new Error('the defaults of the settings do not parse: expected them to')
const { settings } = parsed
const { schedules = [dailySchedule(settings.mailTo)] } = await readConfig(settings.vitalsFile, settings)
process.stdout.write(JSON.stringify(scheduledWakes(schedules, MONITOR_TIME_ZONE || settings.timeZone)))
