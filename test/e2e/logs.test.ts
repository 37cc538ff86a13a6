/** `vitals logs` over files as an agent leaves them, in a process of its own. */
import { spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'

const main = join(process.cwd(), 'cli', 'main.ts')
let logDir: string
beforeEach(() => {
  logDir = mkdtempSync(join(tmpdir(), 'vitals-logs-'))
})
afterEach(() => rmSync(logDir, { recursive: true, force: true }))

const line = (n: number, agoMs = 0) =>
  `${JSON.stringify({ time: new Date(Date.now() - agoMs).toISOString(), host: 'web-1', n })}\n`

function vitalsLogs(args: readonly string[]) {
  const child = spawn(process.execPath, [main, 'logs', '--log-dir', logDir, '--json', ...args], {
    env: { PATH: process.env.PATH },
  })
  const out = { stdout: '', stderr: '' }
  child.stdout.on('data', (data) => {
    out.stdout += data
  })
  child.stderr.on('data', (data) => {
    out.stderr += data
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const numbers = () =>
    out.stdout
      .split('\n')
      .filter(Boolean)
      .map((text) => JSON.parse(text).n)
  const until = async (count: number) => {
    while (numbers().length < count && child.exitCode === null) await delay(20)
    return numbers()
  }
  return { child, out, ended, numbers, until }
}

test('reads what was turned over and compressed, merges the logs by time, and tells what it can not read', async () => {
  writeFileSync(join(logDir, 'system_metrics.log.20260301T000000Z.gz'), gzipSync(line(1, 50_000) + line(3, 30_000)))
  writeFileSync(join(logDir, 'system_metrics.log.20260302T000000Z'), `${line(4, 20_000)}broken\n`)
  writeFileSync(join(logDir, 'system_metrics.log'), line(5, 10_000))
  writeFileSync(join(logDir, 'alerts.log'), line(0, 2 * 3_600_000) + line(2, 40_000))
  const { ended, out, numbers } = vitalsLogs([])
  expect(await ended).toBe(0)
  expect(numbers()).toEqual([1, 2, 3, 4, 5])
  expect(out.stderr).toContain('system_metrics.log.20260302T000000Z')
  const all = vitalsLogs(['--log', 'alerts', '--since', '1d'])
  expect(await all.ended).toBe(0)
  expect(all.numbers()).toEqual([0, 2])
})

test('follows a log through being turned over, and until it is told to stop', async () => {
  const path = join(logDir, 'system_metrics.log')
  writeFileSync(path, Array.from({ length: 15 }, (_, n) => line(n)).join(''))
  const { child, ended, until } = vitalsLogs(['--follow', '--log', 'system'])
  expect(await until(10)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
  appendFileSync(path, line(15))
  await until(11)
  appendFileSync(path, line(16))
  renameSync(path, `${path}.20260301T000000Z`)
  writeFileSync(path, line(17))
  expect((await until(13)).slice(-3)).toEqual([15, 16, 17])
  const torn = line(18)
  appendFileSync(path, torn.slice(0, 10))
  await delay(300)
  appendFileSync(path, torn.slice(10))
  expect((await until(14)).at(-1)).toBe(18)
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
})

test.each([
  [['--log', 'kernel'], 'expected one of system, app, alerts'],
  [['--since', 'yesterday'], 'expected a time such as 90s, 30m, 2h, 1h30m or 7d'],
  [['--since', '1h', '--from', '2026-03-01'], 'expected one of them'],
])('%j is the user’s to mend', async (args, told) => {
  const { ended, out } = vitalsLogs(args)
  expect(await ended).toBe(2)
  expect(out.stderr).toContain(told)
})
