/**
 * Settings, from the environment. This table is their one home: `--help`, the README and every message read it.
 */
import type { ShardCount } from './keys.ts'
import { limits } from './limits.ts'
import {
  bucketUrl,
  cron,
  type FsyncPolicy,
  fsyncPolicies,
  hostName,
  httpUrl,
  integer,
  type LogLevel,
  locale,
  logLevels,
  type MailWay,
  mailAddress,
  mailAddresses,
  mailWays,
  metricGlobs,
  metricNamespace,
  oneOf,
  onOrOff,
  type Parsed,
  percent,
  resolution,
  seconds,
  shardCount,
  smtpUrl,
  tagList,
  text,
  timeZone,
  watchList,
  yesOrNo,
} from './setting-values.ts'

export interface Settings {
  /** Where settings stand that the environment does not have. */
  configFile?: string
  /** `file:///path` or `s3://name/prefix`. */
  bucketUrl: string
  dataDir: string
  logDir: string
  host: string
  tags: Record<string, string>
  intervalMs: number
  /** Snapshots in one batch. */
  batchSnapshots: number
  topProcesses: number
  /** Rows by open files; 0: none. */
  topOpenFiles: number
  /** Expressions: `name:nginx*`, `user:postgres`, `pidfile:/run/x.pid`, `unit:ssh.service`. */
  watches: string[]
  /** Rows have their proportional memory. */
  pss: boolean
  sensors: boolean
  /** Of one core, that snapshots may cost before the interval is lengthened. */
  maxCpuPercent: number
  cpuThreshold: number
  memoryThreshold: number
  diskThreshold: number
  cpuWindowMs: number
  memoryWindowMs: number
  diskWindowMs: number
  /** How long a finding of a custom check must stand before it is an alert. */
  findingWindowMs: number
  keepFiringMs: number
  hostDownAfterMs: number
  /** A sample that comes no later than this after newer ones is judged in its place. */
  latenessMs: number
  spoolMaxBytes: number
  spoolMaxAgeMs: number
  spoolFsync: FsyncPolicy
  /** From the wish to stop to the end of the agent. */
  stopWithinMs: number
  logMaxBytes: number
  logKeep: number
  /** 0: by size alone. */
  logRotateEveryMs: number
  logMaxAgeMs: number
  port: number
  /** What links in mails begin with; absent: the address the site is served at. */
  siteUrl?: string
  /** Absent: whatever the bucket has; a new one gets one. */
  shardCount?: ShardCount
  /** Nobody else evaluates the bucket: it need not honour conditional writes. */
  singleWriter: boolean
  /** How long a signed link opens. */
  linkLifetimeMs: number
  evaluateEveryMs: number
  /** Asked for after each run of evaluate: a dead man's switch. */
  heartbeatUrl?: string
  rollupEveryMs: number
  /** Days: see core/retention.ts. */
  keepLogDays: number
  keepHourlyDays: number
  keepDailyDays: number
  keepReportsDays: number
  keepNoticesDays: number
  keepRejectedDays: number
  /** Cron, in `timeZone`. */
  reportSchedule: string
  vitalsFile: string
  timeZone: string
  /** Of reports, BCP 47; absent: dates as 2026-11-23 14:03. */
  locale?: string
  mail: MailWay
  smtpUrl?: string
  mailFrom: string
  mailTo: string[]
  /** Receivers of type `command` may be run. */
  allowCommands: boolean
  quickchartUrl?: string
  /** The agent sends metrics to CloudWatch as well. */
  cloudwatch: boolean
  cloudwatchNamespace: string
  /** Globs on the metrics' names; absent: the default set. */
  cloudwatchMetrics?: string[]
  cloudwatchResolutionSeconds: 1 | 60
  /** The least that functions, `vitals up` and agents log. */
  logLevel: LogLevel
  /** The functions on AWS tell CloudWatch how they fare. */
  functionMetrics: boolean
}

export interface SettingDescription {
  name: string
  /** As a user would write it. */
  defaultText: string
  meaning: string
}

export interface Setting<T> extends SettingDescription {
  parse(text: string): Parsed<T>
}

const day = 86_400
/** Late data is added to its hours: they must still be there, also when rollup has been away for some days. */
const shortestHistoryDays = limits.lateDays + 5
const longestDays = 3_660

export const settings = {
  configFile: setting(
    'MONITOR_CONFIG',
    '',
    'file of settings, a line each as below (MONITOR_INTERVAL=10); the environment goes over it',
    text,
  ),
  bucketUrl: setting(
    'MONITOR_BUCKET',
    '',
    'file:///path or s3://name/prefix; default: bucket/ in MONITOR_DATA_DIR',
    bucketUrl,
  ),
  dataDir: setting('MONITOR_DATA_DIR', 'vitals-data', 'spool, secrets and, by default, the bucket', text),
  logDir: setting('MONITOR_LOG_DIR', 'logs', 'system_metrics.log, app_metrics.log, alerts.log, mail/', text),
  host: setting('MONITOR_HOST', '', "this host's name; default: the machine's", hostName),
  tags: setting('MONITOR_TAGS', '', 'tags of this host, e.g. env=prod,role=web', tagList),
  intervalMs: setting('MONITOR_INTERVAL', '60', 'seconds between snapshots', seconds(1, day)),
  batchSnapshots: setting(
    'MONITOR_BATCH',
    '',
    'snapshots sent together; default: 1 to a directory, 5 elsewhere',
    integer(0, 500),
  ),
  topProcesses: setting('MONITOR_TOP_PROCESSES', '10', 'processes kept by CPU, and as many by memory', integer(0, 100)),
  topOpenFiles: setting('MONITOR_TOP_OPEN_FILES', '0', 'processes kept by open files; 0: none', integer(0, 100)),
  watches: setting(
    'MONITOR_WATCH',
    '',
    'processes always kept: name:nginx*, user:postgres, pidfile:/run/x.pid, unit:ssh.service, separated by commas',
    watchList,
  ),
  pss: setting('MONITOR_PSS', 'false', 'true: the proportional memory of each process kept; costs CPU', yesOrNo),
  sensors: setting('MONITOR_SENSORS', 'true', 'false: no temperatures', yesOrNo),
  maxCpuPercent: setting(
    'MONITOR_MAX_CPU',
    '2',
    'percent of one core that snapshots may cost; above it they are taken less often; 0: whatever they cost',
    percent,
  ),
  cpuThreshold: setting('MONITOR_CPU_THRESHOLD', '80', 'percent, mean over its window', percent),
  memoryThreshold: setting('MONITOR_MEMORY_THRESHOLD', '85', 'percent, mean over its window', percent),
  diskThreshold: setting('MONITOR_DISK_THRESHOLD', '90', 'percent of each mount', percent),
  cpuWindowMs: setting('MONITOR_CPU_WINDOW', '600', 'seconds', seconds(0, day)),
  memoryWindowMs: setting('MONITOR_MEMORY_WINDOW', '900', 'seconds', seconds(0, day)),
  diskWindowMs: setting('MONITOR_DISK_WINDOW', '0', 'seconds', seconds(0, day)),
  findingWindowMs: setting(
    'MONITOR_FINDING_WINDOW',
    '0',
    'seconds that a finding of a custom check must stand',
    seconds(0, day),
  ),
  keepFiringMs: setting(
    'MONITOR_KEEP_FIRING',
    '120',
    'seconds that all must be well before an alert is resolved',
    seconds(0, day),
  ),
  hostDownAfterMs: setting(
    'MONITOR_HOST_DOWN_AFTER',
    '300',
    'seconds of silence; never less than two sendings and a minute',
    seconds(1, 30 * day),
  ),
  latenessMs: setting(
    'MONITOR_LATENESS',
    '900',
    'seconds that a sample may come after newer ones and still be judged in its place; later ones are history only',
    seconds(0, day),
  ),
  spoolMaxBytes: setting(
    'MONITOR_SPOOL_MAX_BYTES',
    '268435456',
    'bytes kept on disk while the bucket is away',
    integer(65_536, 2 ** 40),
  ),
  spoolMaxAgeMs: setting(
    'MONITOR_SPOOL_MAX_AGE',
    String(30 * day),
    'seconds that a batch waits at most',
    seconds(60, 40 * day),
  ),
  spoolFsync: setting(
    'MONITOR_SPOOL_FSYNC',
    'batch',
    'snapshot, batch or never: what a power cut must not cost (a crash costs nothing)',
    oneOf(fsyncPolicies),
  ),
  stopWithinMs: setting(
    'MONITOR_STOP_WITHIN',
    '5',
    'seconds that an agent which is stopped has to send the rest; the next start sends what is left',
    seconds(0, 600),
  ),
  logMaxBytes: setting(
    'MONITOR_LOG_MAX_BYTES',
    '10485760',
    'a log file is rotated at this size',
    integer(4_096, 2 ** 40),
  ),
  logKeep: setting('MONITOR_LOG_KEEP', '14', 'rotated files kept of each log', integer(0, 1_000)),
  logRotateEveryMs: setting(
    'MONITOR_LOG_ROTATE_EVERY',
    String(day),
    'seconds after which a log file is rotated; 0: by size alone',
    seconds(0, 366 * day),
  ),
  logMaxAgeMs: setting(
    'MONITOR_LOG_MAX_AGE',
    String(14 * day),
    'seconds that a rotated file is kept',
    seconds(60, 3_660 * day),
  ),
  port: setting('MONITOR_PORT', '8423', 'port of the site on 127.0.0.1; 0: any', integer(0, 65_535)),
  siteUrl: setting(
    'MONITOR_SITE_URL',
    '',
    'what links in mails begin with; default: where the site is served',
    httpUrl,
  ),
  shardCount: setting('MONITOR_SHARDS', '', 'shards of a new bucket: 1, 16 or 256; default: 1', shardCount),
  singleWriter: setting(
    'MONITOR_SINGLE_WRITER',
    'false',
    'true: nothing else evaluates the bucket, it need not honour conditional writes',
    yesOrNo,
  ),
  linkLifetimeMs: setting(
    'MONITOR_LINK_LIFETIME',
    '604800',
    'seconds that a signed link opens',
    seconds(60, 366 * day),
  ),
  evaluateEveryMs: setting('MONITOR_EVALUATE_INTERVAL', '60', 'seconds between evaluations', seconds(1, 3_600)),
  heartbeatUrl: setting(
    'MONITOR_HEARTBEAT_URL',
    '',
    'asked for after each run of evaluate: whoever listens there tells when it stops',
    httpUrl,
  ),
  rollupEveryMs: setting('MONITOR_ROLLUP_INTERVAL', '300', 'seconds between rollups', seconds(1, day)),
  keepLogDays: setting(
    'MONITOR_KEEP_LOG_DAYS',
    '14',
    'days that the log is kept, once it is rolled up',
    integer(1, longestDays),
  ),
  keepHourlyDays: setting(
    'MONITOR_KEEP_HOURLY_DAYS',
    '90',
    'days that Parquet and the rollups of 5 minutes and of hours are kept',
    integer(shortestHistoryDays, longestDays),
  ),
  keepDailyDays: setting(
    'MONITOR_KEEP_DAILY_DAYS',
    '400',
    'days that the rollups of days are kept, after the end of their month',
    integer(shortestHistoryDays, longestDays),
  ),
  keepReportsDays: setting('MONITOR_KEEP_REPORTS_DAYS', '400', 'days that reports are kept', integer(1, longestDays)),
  keepNoticesDays: setting(
    'MONITOR_KEEP_NOTICES_DAYS',
    '400',
    'days that notices are kept, once they are sent and over',
    integer(7, longestDays),
  ),
  keepRejectedDays: setting(
    'MONITOR_KEEP_REJECTED_DAYS',
    '90',
    'days that refused input is kept',
    integer(1, longestDays),
  ),
  reportSchedule: setting(
    'MONITOR_REPORT_SCHEDULE',
    '0 7 * * *',
    'cron; when the daily report is made, where no schedules are in a file',
    cron,
  ),
  vitalsFile: setting(
    'MONITOR_VITALS_FILE',
    'vitals.yml',
    'file with rules, receivers, routes, maintenance and schedules of reports',
    text,
  ),
  timeZone: setting('MONITOR_TIME_ZONE', '', "of schedules and reports; default: the machine's", timeZone),
  locale: setting(
    'MONITOR_LOCALE',
    '',
    'dates, times and numbers of reports, e.g. de-DE or en-US; default: 2026-11-23 14:03 and 12,345.6',
    locale,
  ),
  mail: setting(
    'MONITOR_MAIL',
    '',
    'ses, smtp or file; default: smtp where MONITOR_SMTP_URL is set, else file',
    oneOf(mailWays),
  ),
  smtpUrl: setting('MONITOR_SMTP_URL', '', 'smtp(s)://user:password@host:port; without it mails are files', smtpUrl),
  mailFrom: setting('MONITOR_MAIL_FROM', 'vitals@localhost', 'sender of mails', mailAddress),
  mailTo: setting('MONITOR_MAIL_TO', 'root@localhost', 'receivers of mails, separated by commas', mailAddresses),
  allowCommands: setting('MONITOR_ALLOW_COMMANDS', 'false', 'true: receivers of type command are run', yesOrNo),
  quickchartUrl: setting(
    'MONITOR_QUICKCHART_URL',
    '',
    'a QuickChart server (https://quickchart.io: data leaves the host); without it charts are drawn here',
    httpUrl,
  ),
  cloudwatch: setting('MONITOR_CLOUDWATCH', 'off', 'on: the agent sends metrics to CloudWatch as well', onOrOff),
  cloudwatchNamespace: setting(
    'MONITOR_CLOUDWATCH_NAMESPACE',
    'CWAgent',
    'namespace of these metrics',
    metricNamespace,
  ),
  cloudwatchMetrics: setting(
    'MONITOR_CLOUDWATCH_METRICS',
    '',
    'globs on their names, separated by commas, e.g. cpu_*,mem_used_percent; default: a small set',
    metricGlobs,
  ),
  cloudwatchResolutionSeconds: setting(
    'MONITOR_CLOUDWATCH_RESOLUTION',
    '60',
    'seconds that a value stands for there: 60, or 1 (high resolution)',
    resolution,
  ),
  logLevel: setting(
    'MONITOR_LOG_LEVEL',
    'info',
    'info, warn or error: the least that functions, vitals up and agents log',
    oneOf(logLevels),
  ),
  functionMetrics: setting(
    'MONITOR_FUNCTION_METRICS',
    'on',
    'off: the functions on AWS tell CloudWatch nothing of how they fare',
    onOrOff,
  ),
} satisfies Record<keyof Settings, Setting<unknown>>

export const settingDescriptions: readonly SettingDescription[] = Object.values(settings).map(
  ({ name, defaultText, meaning }) => ({ name, defaultText, meaning }),
)

function setting<T>(name: string, defaultText: string, meaning: string, parse: Setting<T>['parse']): Setting<T> {
  return { name, defaultText, meaning, parse }
}
