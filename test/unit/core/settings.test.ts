import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { formatProblems, parseSettings } from '../../../core/parse-settings.ts'
import { type Settings, settingDescriptions } from '../../../core/settings.ts'

function parse(env: Record<string, string>) {
  return parseSettings({ env, hostname: 'box', timeZone: 'Europe/Berlin', resolvePath: (path) => `/cwd/${path}` })
}

function settingsOf(env: Record<string, string>): Settings {
  const parsed = parse(env)
  if (!parsed.ok) throw new Error(formatProblems(parsed.problems))
  return parsed.settings
}

test('an empty environment gives the defaults of the Python module, and this machine', () => {
  expect(settingsOf({})).toMatchObject({
    intervalMs: 60_000,
    cpuThreshold: 80,
    memoryThreshold: 85,
    diskThreshold: 90,
    logDir: '/cwd/logs',
    dataDir: '/cwd/vitals-data',
    bucketUrl: 'file:///cwd/vitals-data/bucket',
    host: 'box',
    timeZone: 'Europe/Berlin',
    batchSnapshots: 1,
  })
})

test('the settings of the Python module work as they stand', () => {
  const env = {
    MONITOR_LOG_DIR: 'logs',
    MONITOR_INTERVAL: '60',
    MONITOR_CPU_THRESHOLD: '80',
    MONITOR_MEMORY_THRESHOLD: '85',
    MONITOR_DISK_THRESHOLD: '90',
  }
  expect(settingsOf(env)).toEqual(settingsOf({}))
})

test('what is not said is absent, not empty', () => {
  const settings = settingsOf({ MONITOR_SMTP_URL: '' })
  for (const key of ['smtpUrl', 'siteUrl', 'quickchartUrl', 'shardCount']) expect(settings).not.toHaveProperty(key)
})

test('snapshots go to a directory one by one, elsewhere five together, unless it is said', () => {
  expect(settingsOf({ MONITOR_BUCKET: 's3://name' }).batchSnapshots).toBe(5)
  expect(settingsOf({ MONITOR_BUCKET: 's3://name', MONITOR_BATCH: '7' }).batchSnapshots).toBe(7)
})

test.each([
  ['MONITOR_BUCKET', 's3://name/prefix/', { bucketUrl: 's3://name/prefix' }],
  ['MONITOR_BUCKET', 'file:///srv/a b', { bucketUrl: 'file:///srv/a%20b' }],
  ['MONITOR_INTERVAL', '1.5', { intervalMs: 1_500 }],
  ['MONITOR_CPU_THRESHOLD', '97.5', { cpuThreshold: 97.5 }],
  ['MONITOR_TAGS', 'env=prod, role=web', { tags: { env: 'prod', role: 'web' } }],
  ['MONITOR_PORT', '0', { port: 0 }],
  ['MONITOR_SHARDS', '16', { shardCount: 16 }],
  ['MONITOR_SITE_URL', 'https://vitals.example.com/', { siteUrl: 'https://vitals.example.com' }],
  ['MONITOR_MAIL_TO', 'a@example.com, b@example.com', { mailTo: ['a@example.com', 'b@example.com'] }],
  ['MONITOR_HOST', '<script>alert(1)</script>', { host: '<script>alert(1)</script>' }],
  ['MONITOR_SINGLE_WRITER', 'True', { singleWriter: true }],
  ['MONITOR_LINK_LIFETIME', '3600', { linkLifetimeMs: 3_600_000 }],
  ['MONITOR_TIME_ZONE', 'UTC', { timeZone: 'UTC' }],
  ['MONITOR_LOCALE', 'de-de', { locale: 'de-DE' }],
  ['MONITOR_LOCALE', 'en-US-u-hc-h23', { locale: 'en-US-u-hc-h23' }],
  ['MONITOR_MAIL', 'file', { mail: 'file' }],
  ['MONITOR_CLOUDWATCH', 'true', { cloudwatch: true }],
  ['MONITOR_CLOUDWATCH', 'on', { cloudwatch: true }],
  ['MONITOR_CLOUDWATCH', 'Off', { cloudwatch: false }],
  ['MONITOR_CLOUDWATCH_METRICS', 'cpu_*, mem_used_percent', { cloudwatchMetrics: ['cpu_*', 'mem_used_percent'] }],
  ['MONITOR_CLOUDWATCH_RESOLUTION', '1', { cloudwatchResolutionSeconds: 1 }],
  ['MONITOR_WATCH', 'name:nginx*, unit:ssh@a:b.service', { watches: ['name:nginx*', 'unit:ssh@a:b.service'] }],
  ['MONITOR_PSS', 'true', { pss: true }],
  ['MONITOR_MAX_CPU', '0.5', { maxCpuPercent: 0.5 }],
  ['MONITOR_SPOOL_FSYNC', 'Never', { spoolFsync: 'never' }],
  ['MONITOR_LOG_ROTATE_EVERY', '0', { logRotateEveryMs: 0 }],
  ['MONITOR_CLOUDWATCH_NAMESPACE', 'Ops/Hosts', { cloudwatchNamespace: 'Ops/Hosts' }],
])('%s=%s is read', (name, value, expected) => {
  expect(settingsOf({ [name]: value })).toMatchObject(expected)
})

test.each([
  ['MONITOR_BUCKET', 'relative/path'],
  ['MONITOR_BUCKET', 'file://host/path'],
  ['MONITOR_BUCKET', 'https://example.com'],
  ['MONITOR_INTERVAL', '0'],
  ['MONITOR_INTERVAL', '1m'],
  ['MONITOR_INTERVAL', '-5'],
  ['MONITOR_CPU_THRESHOLD', '101'],
  ['MONITOR_CPU_THRESHOLD', 'NaN'],
  ['MONITOR_PORT', '70000'],
  ['MONITOR_PORT', '80.5'],
  ['MONITOR_SHARDS', '3'],
  ['MONITOR_SINGLE_WRITER', 'constructor'],
  ['MONITOR_TAGS', 'prod'],
  ['MONITOR_HOST', 'a\u001bb'],
  ['MONITOR_MAIL_TO', 'a@example.com,,'],
  ['MONITOR_MAIL_FROM', 'nobody'],
  ['MONITOR_SMTP_URL', 'mail.example.com'],
  ['MONITOR_SITE_URL', 'javascript:alert(1)'],
  ['MONITOR_TIME_ZONE', 'Berlin'],
  ['MONITOR_LOCALE', 'german'],
  ['MONITOR_LOCALE', 'de_DE'],
  ['MONITOR_LOCALE', 'xx-YY'],
  ['MONITOR_REPORT_SCHEDULE', 'daily'],
  ['MONITOR_MAIL', 'pigeon'],
  ['MONITOR_MAIL', 'smtp'],
  ['MONITOR_CLOUDWATCH', 'yes'],
  ['MONITOR_CLOUDWATCH_METRICS', 'cpu_*,,'],
  ['MONITOR_CLOUDWATCH_METRICS', 'cpu_*,gpu_*'],
  ['MONITOR_CLOUDWATCH_RESOLUTION', '30'],
  ['MONITOR_WATCH', 'nginx'],
  ['MONITOR_WATCH', 'name:'],
  ['MONITOR_WATCH', 'tty:1'],
  ['MONITOR_SPOOL_FSYNC', 'always'],
  ['MONITOR_CLOUDWATCH_NAMESPACE', 'AWS/EC2'],
  ['MONITOR_CLOUDWATCH_NAMESPACE', ':hosts'],
])('%s=%s is refused, with its place and value', (name, value) => {
  const parsed = parse({ [name]: value })
  expect(parsed.ok ? [] : parsed.problems).toEqual([{ name, value, expected: expect.stringMatching(/\w/) }])
})

test('mails go by SMTP where a server is set and else into files, unless it is said', () => {
  const server = { MONITOR_SMTP_URL: 'smtp://mail.example.com' }
  expect(settingsOf({}).mail).toBe('file')
  expect(settingsOf(server).mail).toBe('smtp')
  expect(settingsOf({ ...server, MONITOR_MAIL: 'file' }).mail).toBe('file')
  expect(settingsOf({ ...server, MONITOR_MAIL: 'ses' }).mail).toBe('ses')
})

test('every problem is told at once, each with place, value and expectation', () => {
  const parsed = parse({ MONITOR_INTERVAL: 'often', MONITOR_PORT: 'x', MONITOR_DISK_THRESHOLD: '200' })
  expect(parsed.ok ? '' : formatProblems(parsed.problems)).toBe(
    [
      '3 settings are wrong:',
      '  MONITOR_INTERVAL=often: expected seconds from 1 to 86400',
      '  MONITOR_DISK_THRESHOLD=200: expected a percentage from 0 to 100',
      '  MONITOR_PORT=x: expected a whole number from 0 to 65535',
    ].join('\n'),
  )
})

test('a setting that is misspelt is told with the one that is meant; names of others are left alone', () => {
  const parsed = parse({ MONITOR_CPU_TRESHOLD: '50', MONITOR_OF_SOMEBODY_ELSE: '1' })
  expect(parsed.ok ? [] : parsed.problems).toEqual([
    { name: 'MONITOR_CPU_TRESHOLD', value: '50', expected: 'a setting that exists; is MONITOR_CPU_THRESHOLD meant?' },
  ])
})

test('a password is never shown', () => {
  const parsed = parse({ MONITOR_SMTP_URL: 'http://ops:hunter2@mail.example.com' })
  expect(parsed.ok ? '' : formatProblems(parsed.problems)).toContain('MONITOR_SMTP_URL=http://ops:***@mail.example.com')
})

test('the README has each setting with its default and meaning, and no other', () => {
  const rows = readFileSync('README.md', 'utf8').match(/^\| `MONITOR_[A-Z_]+` \|.*$/gm)
  expect(rows).toEqual(
    settingDescriptions.map(
      ({ name, defaultText, meaning }) =>
        `| \`${name}\` | ${defaultText === '' ? '' : `\`${defaultText}\``} | ${meaning} |`,
    ),
  )
})
