/** What of a stack costs money whether or not there are hosts: read from its template. */
import { environmentOf, resourcesOf, type Template, type TemplateResource } from '../deployment/template.ts'
import { type FunctionName, figures } from '../figures.ts'
import { settings } from '../settings.ts'

export interface StackFacts {
  architecture: 'arm64' | 'x86_64'
  functions: Readonly<Record<FunctionName, FunctionFacts>>
  /** That alarms look at: an expression is billed by its metrics. */
  alarmMetrics: number
  dashboards: number
  /** Figures of Vitals itself. */
  customMetrics: number
  secrets: number
  keys: number
  /** By EventBridge Scheduler, whose runs are billed. */
  schedulerRunsADay: number
}

export interface FunctionFacts {
  memoryMb: number
  timeoutSeconds: number
  /** By all of its schedules. */
  runsADay: number
}

/** The stack of serverless.yml as it is by default; a test holds it to what the framework packages. */
export const usualStack: StackFacts = {
  architecture: 'arm64',
  functions: {
    evaluate: { memoryMb: 1_769, timeoutSeconds: 60, runsADay: 1_440 },
    notify: { memoryMb: 1_024, timeoutSeconds: 300, runsADay: 1_440 },
    rollup: { memoryMb: 2_048, timeoutSeconds: 600, runsADay: 25 },
    report: { memoryMb: 2_048, timeoutSeconds: 300, runsADay: 97 },
    open: { memoryMb: 1_024, timeoutSeconds: 120, runsADay: 0 },
  },
  alarmMetrics: 21,
  dashboards: 1,
  customMetrics: Object.keys(figures).length,
  secrets: 1,
  keys: 0,
  schedulerRunsADay: 1,
}

const names = ['evaluate', 'notify', 'rollup', 'report', 'open'] as const

export function stackFactsOf(template: Template): StackFacts {
  const count = (type: string) => resourcesOf(template, type).length
  const [[, evaluate] = []] = resourcesOf(template, 'AWS::Lambda::Function')
  const tellsFigures = evaluate && environmentOf(evaluate)[settings.functionMetrics.name] !== 'off'
  return {
    architecture: String(evaluate?.Properties?.Architectures) === 'x86_64' ? 'x86_64' : 'arm64',
    functions: Object.fromEntries(
      names.map((name) => [name, functionFacts(template, name)]),
    ) as StackFacts['functions'],
    alarmMetrics: resourcesOf(template, 'AWS::CloudWatch::Alarm').reduce((sum, [, one]) => sum + metricsOf(one), 0),
    dashboards: count('AWS::CloudWatch::Dashboard'),
    customMetrics: tellsFigures ? Object.keys(figures).length : 0,
    secrets: count('AWS::SecretsManager::Secret'),
    keys: count('AWS::KMS::Key'),
    schedulerRunsADay: schedulesOf(template, 'AWS::Scheduler::Schedule').reduce((sum, { runs }) => sum + runs, 0),
  }
}

function functionFacts(template: Template, name: FunctionName): FunctionFacts {
  const id = `${name[0]?.toUpperCase()}${name.slice(1)}LambdaFunction`
  const { MemorySize = 0, Timeout = 0 } = template.Resources[id]?.Properties ?? {}
  const schedules = ['AWS::Events::Rule', 'AWS::Scheduler::Schedule'].flatMap((type) => schedulesOf(template, type))
  const runsADay = schedules.filter(({ target }) => target.includes(`"${id}"`)).reduce((sum, { runs }) => sum + runs, 0)
  return { memoryMb: Number(MemorySize), timeoutSeconds: Number(Timeout), runsADay }
}

function metricsOf({ Properties = {} }: TemplateResource): number {
  const { Metrics } = Properties as { Metrics?: { MetricStat?: unknown }[] }
  return Metrics ? Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length : 1
}

function schedulesOf(template: Template, type: string): { target: string; runs: number }[] {
  return resourcesOf(template, type).map(([, { Properties = {} }]) => ({
    target: JSON.stringify(Properties.Targets ?? Properties.Target),
    runs: runsADay(String(Properties.ScheduleExpression)),
  }))
}

const dayMinutes = 1_440
const minutesOf: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: dayMinutes }

/** `rate(15 minutes)`, or a cron: as often as its minutes and hours say; a day of the month or week counts as each day. */
export function runsADay(expression: string): number {
  const [, number = '', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? []
  const length = minutesOf[unit]
  if (length !== undefined) return dayMinutes / (Number(number) * length)
  const [, minute, hour] = /^cron\((\S+) (\S+) /.exec(expression) ?? []
  if (minute === undefined || hour === undefined) {
    throw new Error(`schedule ${expression}: expected rate(… minutes) or cron(…)`)
  }
  return timesOf(minute, 60) * timesOf(hour, 24)
}

function timesOf(field: string, most: number): number {
  if (field === '*') return most
  const [, every] = /\/(\d+)$/.exec(field) ?? []
  return every === undefined ? field.split(',').length : most / Number(every)
}
