/** What the bucket holds and what of it goes: the command, and `vitals up`, on a real directory. */
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lakeKey, reportId, sentNoticeKey } from '../../core/keys.ts'
import { rollupKey } from '../../core/rollup/rollup-keys.ts'
import { makeWorkplace, run, startUp, until, type Workplace } from './vitals.ts'

const dayMs = 86_400_000
const nowMs = Date.now()

let workplace: Workplace
beforeEach(async () => {
  workplace = await makeWorkplace({
    MONITOR_INTERVAL: '1',
    MONITOR_EVALUATE_INTERVAL: '1',
    MONITOR_ROLLUP_INTERVAL: '1',
  })
})
afterEach(() => workplace.clear())

/** As if it had been written so many days ago. */
function leave(key: string, daysAgo: number): void {
  const path = join(workplace.bucketPath, key)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, 'x'.repeat(1_000))
  const at = new Date(nowMs - daysAgo * dayMs)
  utimesSync(path, at, at)
}

/** Keys; lock and drafts begin with a dot. */
function files(folder = ''): string[] {
  const entries = readdirSync(join(workplace.bucketPath, folder), { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return paths.map((path) => relative(workplace.bucketPath, path)).filter((path) => !path.startsWith('.'))
}

const report = (daysAgo: number) => `site/reports/${reportId(nowMs - daysAgo * dayMs, '0123456789abcdef')}/report.json`

function leaveHistory(): { old: string[]; young: string[] } {
  const keys = (days: number, months: number) => [
    lakeKey('samples', 'all', nowMs - days * dayMs),
    rollupKey('5m', 'all', nowMs - days * dayMs),
    rollupKey('1h', 'all', nowMs - days * dayMs),
    rollupKey('1d', 'all', nowMs - months * 30 * dayMs),
    report(months * 30),
    sentNoticeKey('n', nowMs - months * 30 * dayMs),
  ]
  const old = keys(95, 15)
  const young = keys(80, 12)
  for (const key of old) leave(key, 460)
  for (const key of young) leave(key, 1)
  return { old, young }
}

test('tells what is there and what would go, removes just that, and then finds nothing', async () => {
  await run(['evaluate'], workplace)
  const { old, young } = leaveHistory()
  leave('inbox/v1/0000/web-9/left', 2_000)
  leave('notices/v1/open/n.json', 2_000)
  leave('somebody/else.txt', 2_000)

  const survey = JSON.parse((await run(['storage', '--json'], workplace)).output)
  expect(survey.total).toMatchObject({ objects: files().length })
  expect(survey.total.removable).toEqual({ objects: old.length, bytes: old.length * 1_000 })
  expect(survey.rows).toContainEqual(
    expect.objectContaining({ prefix: 'lake/', objects: 2, bytes: 2_000, removable: { objects: 1, bytes: 1_000 } }),
  )
  expect((await run(['storage'], workplace)).output).toMatch(/lake\/ +2 +1\.95 KiB +< 0\.001 +1 object, 0\.98 KiB/)

  const before = files()
  expect((await run(['storage', 'sweep', '--dry-run'], workplace)).output).toBe('would remove 6 objects, 5.86 KiB\n')
  expect(files()).toEqual(before)
  expect((await run(['storage', 'sweep'], workplace)).output).toBe('removed 6 objects, 5.86 KiB\n')
  expect(before.filter((path) => !files().includes(path)).toSorted()).toEqual(old.toSorted())
  expect(files()).toEqual(expect.arrayContaining(young))
  expect(JSON.parse((await run(['storage', 'sweep', '--json'], workplace)).output)).toEqual({
    dryRun: false,
    objects: 0,
    bytes: 0,
  })
})

test('keeps what is said, and refuses to keep less than late data needs', async () => {
  await run(['evaluate'], workplace)
  leave(lakeKey('samples', 'all', nowMs - 95 * dayMs), 95)
  workplace.env.MONITOR_KEEP_HOURLY_DAYS = '100'
  expect((await run(['storage', 'sweep', '--dry-run'], workplace)).output).toBe('would remove nothing\n')
  workplace.env.MONITOR_KEEP_HOURLY_DAYS = '20'
  const { code, output } = await run(['storage', 'sweep'], workplace)
  expect(code).toBe(2)
  expect(output).toContain('MONITOR_KEEP_HOURLY_DAYS=20: expected a whole number from 50 to 3660')
})

test('needs a bucket that is one, and makes none of a directory that is not', async () => {
  const { code, output } = await run(['storage'], workplace)
  expect(code).toBe(1)
  expect(output).toMatch(/vitals\.json in file:.*there is none/)
})

test('vitals up sweeps by itself, after rollup, and goes on', async () => {
  await run(['evaluate'], workplace)
  const { old, young } = leaveHistory()
  const up = await startUp(workplace)
  await until('the old history to be gone', () => old.every((key) => !files().includes(key)), { child: up })
  expect(files()).toEqual(expect.arrayContaining(young))
  await until('a rollup after it', () => files('rollups/v1').some((path) => path.includes('progress')), { child: up })
  expect(up.events).toContainEqual(
    expect.objectContaining({ event: 'swept what is older than it is kept', objects: old.length }),
  )
  up.signal('SIGTERM')
  expect(await up.ended).toBe(0)
})
