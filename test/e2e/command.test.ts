/** The command as a user types it: what it prints where, and its exit status. */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const main = join(process.cwd(), 'cli', 'main.ts')
let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitals-main-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

function vitals(args: string[], env: Record<string, string> = {}, program = main) {
  return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    const options = { cwd: directory, env: { PATH: process.env.PATH, ...env } }
    execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) =>
      resolve({ status: error ? Number(error.code) : 0, stdout, stderr }),
    )
  })
}

test('says what it can when nothing is asked, and each command what it takes', async () => {
  expect(await vitals([])).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('vitals notify test'),
    stderr: '',
  })
  expect(await vitals(['help', 'report'])).toEqual(await vitals(['report', '--help']))
  expect((await vitals(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test.each([
  [['upp'], 'vitals: there is no command "upp"; is "up" meant? (see --help)\n'],
  [['up', '--prot', '1'], 'vitals: there is no option --prot; is --port meant? (see --help)\n'],
  [['report', '--hours', '0'], 'vitals: --hours 0: expected a number above 0\n'],
  [['report', '--days', 'x'], 'vitals: --days x: expected a number above 0\n'],
  [['report', '--days', '7', '--hours', '1'], 'vitals: --hours and --days: expected one of them\n'],
  [['report', '--days', '401'], /event\.hours: .*9600/],
  [['report', '--from', '2026-01-02', '--to', '2026-01-01'], /expected the end after the beginning/],
])('%j is the user’s to mend: status 2, told on standard error', async (args, told) => {
  const stderr = typeof told === 'string' ? told : expect.stringMatching(told)
  expect(await vitals(args)).toEqual({ status: 2, stdout: '', stderr })
})

test('wrong settings are all told, status 2', async () => {
  const env = { MONITOR_CPU_THRESHOLD: 'high', MONITOR_BUCKET: 'ftp://x' }
  const { status, stdout, stderr } = await vitals(['up', '--interval', 'soon'], env)
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr.split('\n')).toEqual([
    'vitals: 3 settings are wrong:',
    '  MONITOR_BUCKET=ftp://x: expected file:///path or s3://name/prefix',
    '  --interval=soon: expected seconds from 1 to 86400',
    '  MONITOR_CPU_THRESHOLD=high: expected a percentage from 0 to 100',
    '',
  ])
})

test('a bucket that can not be used is told in a line, status 1', async () => {
  const { status, stderr } = await vitals(['evaluate', '--bucket', 'file:///dev/null/x'])
  expect(status).toBe(1)
  expect(stderr).toMatch(/^vitals: .*\/dev\/null\/x.*\n$/)
})

test('what is for scripts is JSON, and nothing else is on standard output', async () => {
  expect(JSON.parse((await vitals(['evaluate', '--json'])).stdout)).toEqual([{ outcome: 'idle', shard: 'all' }])
  expect(JSON.parse((await vitals(['rollup', '--json'])).stdout)).toEqual([{ outcome: 'idle', shard: 'all' }])
  expect(JSON.parse((await vitals(['status', '--json'])).stdout)).toMatchObject({
    agent: { state: 'none' },
    bucket: { hosts: [], problems: [] },
  })
  expect(JSON.parse((await vitals(['report', '--json', '--out', 'made'])).stdout)).toMatchObject({
    files: expect.arrayContaining([expect.stringMatching(/made\/metrics_report\.html$/)]),
  })
  expect(JSON.parse((await vitals(['notify', 'test', '--json'])).stdout)).toMatchObject([
    { outcome: 'sent', reachesSomebody: false, where: expect.stringMatching(/logs\/mail\/.*\.eml$/) },
  ])
})

test('npm run build makes it one file that does the same', async () => {
  execFileSync(process.execPath, ['scripts/build.ts', '--only', 'command'])
  const built = join(process.cwd(), 'dist', 'vitals.mjs')
  expect((await vitals(['--help'], {}, built)).stdout).toBe((await vitals(['--help'])).stdout)
  expect((await vitals(['report', '--json', '--out', 'made'], {}, built)).stdout).toContain('alerts.png')
})

test('says nothing of a reader that goes away, and does what it was asked', () => {
  const quiet = 'hosts: { web-1: { series: { cpu.percent: 20x3 } } }, told: []'
  writeFileSync(join(directory, 'vitals.test.yml'), `tests: [{ name: a, ${quiet} }, { name: b, ${quiet} }]\n`)
  const command = `"${process.execPath}" "${main}" test --junit out.xml | true; echo "\${PIPESTATUS[0]}"`
  const told = execFileSync('bash', ['-c', `{ ${command}; } 2>&1`], { cwd: directory, encoding: 'utf8' })
  expect(told).toBe('0\n')
  expect(existsSync(join(directory, 'out.xml'))).toBe(true)
})
