/** The library as a user installs it: every example of the documentation runs, and a custom check reaches a mail. */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeUserDirectory, packLibrary, type UserDirectory } from './library-package.ts'

let packed: Awaited<ReturnType<typeof packLibrary>>
let user: UserDirectory

beforeAll(async () => {
  packed = await packLibrary()
})
afterAll(() => packed.clear())
beforeEach(async () => {
  user = await makeUserDirectory(packed.path)
})
afterEach(() => user.clear())

/** Fenced blocks of these languages, in their order. */
function programsOf(page: string): { page: string; number: number; language: string; program: string }[] {
  const blocks = readFileSync(page, 'utf8').matchAll(/^```(js|ts)\n(.*?)^```$/gms)
  return [...blocks].map(([, language = '', program = ''], index) => ({ page, number: index + 1, language, program }))
}

const examples = ['README.md', 'docs/from-python.md'].flatMap(programsOf)

/** As strict as a compiler gets. */
async function compile(name: string): Promise<string> {
  const tsc = join(process.cwd(), 'node_modules', '.bin', 'tsc')
  const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess']
  const modules = ['--module', 'nodenext', '--target', 'es2024', '--lib', 'es2024', '--types', 'node']
  const compiled = promisify(execFile)(tsc, [...options, ...modules, name], { cwd: user.path })
  return compiled.then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  )
}

describe('the examples of the documentation', () => {
  test('are there', () => {
    expect(examples.map(({ page, language }) => `${page} ${language}`)).toEqual([
      'README.md js',
      'README.md js',
      'README.md ts',
      'docs/from-python.md js',
      'docs/from-python.md js',
      'docs/from-python.md js',
    ])
  })

  test.each(examples)('$page, number $number, runs to its end', async ({ program, language }) => {
    const name = `example.${language}`
    const { status, stderr } = await user.run(name, program)
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.not.stringMatching(/Error|Warning:/) })
    expect(existsSync(join(user.path, 'vitals-data', 'bucket'))).toBe(true)
    const there = (name: string) => existsSync(join(user.path, 'logs', name))
    expect(there('system_metrics.log')).toBe(program.includes('SystemMonitor'))
    expect(there('metrics_report.html')).toBe(program.includes('generateReport'))
    expect(there('system_metrics.png')).toBe(program.includes('generateReport'))
    if (language === 'ts') expect(await compile(name)).toBe('')
  })
})

describe('the package', () => {
  test('does nothing when it is imported, and has types that refuse what is wrong', async () => {
    const program = `
      import * as vitals from 'vitals'
      console.log(Object.keys(vitals).sort().join())
    `
    expect(await user.run('import.mjs', program)).toEqual({
      status: 0,
      stdout: 'MetricsVisualizer,SettingsError,SystemMonitor\n',
      stderr: '',
    })
    expect(readdirSync(user.path).sort()).toEqual(['import.mjs', 'node_modules', 'package.json'])
    const wrong = `
      import { SystemMonitor } from 'vitals'
      const monitor = new SystemMonitor({ intervalSeconds: 'soon' })
      monitor.on('snapshot', (snapshot) => snapshot.cpu.per)
    `
    await user.run('wrong.ts', wrong)
    const refused = await compile('wrong.ts')
    expect(refused).toMatch(/wrong\.ts\(3.*not assignable to type 'number'/)
    expect(refused).toMatch(/wrong\.ts\(4.*'per' does not exist/)
  })

  test('can be required', async () => {
    const { stdout } = await user.run('require.cjs', `console.log(typeof require('vitals').SystemMonitor)`)
    expect(stdout).toBe('function\n')
  })

  test('lets a process end that did not stop its monitor, with a goodbye, where it is asked to', async () => {
    const program = `
      import { SystemMonitor } from 'vitals'
      const monitor = new SystemMonitor({ keepAlive: false })
      monitor.on('stopped', () => console.log('stopped'))
      await monitor.start()
    `
    expect(await user.run('end.mjs', program)).toEqual({ status: 0, stdout: 'stopped\n', stderr: '' })
  })

  test('tells all that is wrong with options and environment', async () => {
    const program = `
      import { SettingsError, SystemMonitor } from 'vitals'
      try { new SystemMonitor({ intervalSeconds: -1 }) } catch (error) { console.log(error instanceof SettingsError, error.message) }
    `
    const { stdout } = await user.run('wrong.mjs', program, { MONITOR_CPU_THRESHOLD: 'high' })
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'true 2 settings are wrong:',
      '  intervalSeconds=-1: expected seconds from 1 to 86400',
      '  MONITOR_CPU_THRESHOLD=high: expected a percentage from 0 to 100',
    ])
  })
})

test('draws what the bucket has, with and without a monitor that runs', async () => {
  const program = `
    import { readFileSync } from 'node:fs'
    import { MetricsVisualizer, SystemMonitor } from 'vitals'
    const monitor = new SystemMonitor({ intervalSeconds: 1, host: 'web-1', settings: { MONITOR_EVALUATE_INTERVAL: 1 } })
    await monitor.start()
    let count = 0
    for await (const _ of monitor) if (++count === 3) break
    await monitor.generateReport(Date.now() - 60_000, new Date(), { directory: 'of-monitor' })
    const visualizer = new MetricsVisualizer()
    const during = await visualizer.plotSystemMetrics({ hours: 1, directory: 'during' })
    await monitor.stop()
    const paths = [during, await visualizer.plotProcessMetrics({ hosts: ['web-1'] }), await visualizer.plotAlerts({ days: 7 })]
    for (const path of paths) {
      const png = readFileSync(path)
      console.log(path.slice(process.cwd().length + 1), png.toString('latin1', 1, 4), png.readUInt32BE(16), png.length > 5_000)
    }
    for (const wrong of [{ hours: 1, days: 1 }, { hours: -1 }, { days: 1_000 }])
      await visualizer.plotAlerts(wrong).catch((error) => console.log(error.message))
    console.log((await visualizer.generateReport({ hours: 1 })).endsWith('/logs/metrics_report.html'))
  `
  const { status, stdout, stderr } = await user.run('draw.mjs', program)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout.trim().split('\n')).toEqual([
    'during/system_metrics.png PNG 1280 true',
    'logs/process_metrics.png PNG 1280 true',
    'logs/alerts.png PNG 1280 true',
    'hours and days: expected one of them',
    expect.stringMatching(/^report: event.hours: .*0\.1/),
    expect.stringMatching(/^report: event.hours: .*9600/),
    'true',
  ])
  const report = JSON.parse(readFileSync(join(user.path, 'logs', 'report.json'), 'utf8'))
  expect(report.hosts[0].coverage.snapshots).toBeGreaterThanOrEqual(3)
})

const toldAtOnce = join(process.cwd(), 'test', 'fixtures', 'told-at-once.yml')

test('what a custom check finds is mailed as an alert, and mailed again when it is over', async () => {
  const program = `
    import { existsSync, readdirSync } from 'node:fs'
    import { SystemMonitor } from 'vitals'
    let isWrong = true
    const queue = () => isWrong && [{ subject: '<b>orders</b>', severity: 'critical', message: '<script>alert(1)</script> jobs wait' }] || []
    const monitor = new SystemMonitor({
      intervalSeconds: 1,
      host: 'web-1',
      checks: [queue],
      settings: { MONITOR_KEEP_FIRING: 1, MONITOR_EVALUATE_INTERVAL: 1, MONITOR_VITALS_FILE: ${JSON.stringify(toldAtOnce)} },
      log: { info() {}, warn() {}, error: (event, fields) => console.error(event, fields) },
    })
    await monitor.start()
    const mailed = (kind) => existsSync('logs/mail') && readdirSync('logs/mail').some((name) => name.endsWith(kind + '.eml'))
    for await (const { snapshot } of monitor) {
      if (isWrong && mailed('firing')) isWrong = false
      if (mailed('resolved')) break
    }
    console.log(await monitor.generateReport(Date.now() - 3_600_000))
    await monitor.stop()
  `
  const { status, stdout, stderr } = await user.run('story.mjs', program)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const mails = join(user.path, 'logs', 'mail')
  const subjects = readdirSync(mails).map(
    (name) => readFileSync(join(mails, name), 'utf8').match(/^Subject: (.*)$/m)?.[1],
  )
  expect(subjects.toSorted()).toEqual([
    expect.stringMatching(/^\[(WARNING|CRITICAL)\] web-1: queue: <b>orders<\/b>/),
    expect.stringMatching(/^\[RESOLVED\] web-1: queue: <b>orders<\/b>/),
  ])
  const page = await readFile(stdout.trim(), 'utf8')
  expect(page.includes('&#60;script&#62;alert(1)&#60;/script&#62; jobs wait')).toBe(true)
  expect(page.includes('<script>alert')).toBe(false)
  const alerts = readFileSync(join(user.path, 'logs', 'alerts.log'), 'utf8')
    .trim()
    .split('\n')
  const ofQueue = alerts.map((line) => JSON.parse(line)).filter(({ check }) => check === 'queue')
  expect(ofQueue.map(({ direction }) => direction)).toEqual(['found', 'gone'])
})

test('a threshold that is crossed is one alert, by its rule, however often a check says so as well', async () => {
  const program = `
    import { SystemMonitor } from 'vitals'
    class CustomMonitor extends SystemMonitor {
      checkThresholds(metrics) {
        const found = super.checkThresholds(metrics)
        console.log(JSON.stringify(found.map(({ check, subject }) => [check, subject])))
        return [...found, ...found.map((finding) => ({ ...finding }))]
      }
    }
    await using monitor = new CustomMonitor({
      intervalSeconds: 1,
      host: 'web-1',
      thresholds: { cpuPercent: 100, memoryPercent: 100, diskPercent: 0 },
    })
    await monitor.start()
    let count = 0
    for await (const { snapshot } of monitor) if (++count === 2) break
    console.log(JSON.stringify(monitor.latestMetrics().findings ?? []))
    console.log(monitor.latestMetrics().unavailable['finding:disk'])
  `
  const { status, stdout } = await user.run('twice.mjs', program)
  const [found = '', ...lines] = stdout.trim().split('\n')
  const disks = (JSON.parse(found) as [string, string][]).filter(([check]) => check === 'disk')
  expect({ status, told: lines.slice(-2) }).toEqual({
    status: 0,
    told: ['[]', 'disk is the name of a rule; a custom check needs another'],
  })
  expect(disks.length).toBeGreaterThan(0)
  const mails = join(user.path, 'logs', 'mail')
  const subjects = readdirSync(mails).map(
    (name) => readFileSync(join(mails, name), 'utf8').match(/^Subject: (.*)$/m)?.[1],
  )
  expect(subjects).toEqual(disks.map(() => expect.stringMatching(/^\[WARNING\] web-1: Disk \//)))
})
