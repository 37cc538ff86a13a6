/** What is open, why, and what other rules would have told: by the command line, on a real directory. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openBucket } from '../../adapters/bucket/open.ts'
import { makeSnapshot } from '../make.ts'
import { byCommand } from './by-command.ts'

const host = 'web\u001b[2J-1'
const place = byCommand({ host })
const { vitals, send } = place

const disk = (percent: number) => [makeSnapshot({ atMs: Date.now(), disks: [['/var', percent]] })]

test('an alert is told, explained and computed again, and nothing is written by asking', async () => {
  await vitals('evaluate')
  expect(await vitals('alerts', '--exit-code')).toBe('0 Nothing is open.\n')
  await send(1, disk(10))
  await vitals('evaluate')
  await send(2, disk(93))
  await vitals('evaluate')
  const bucket = await openBucket(place.workplace.bucketUrl)
  const before = (await bucket.list('')).objects

  expect(await vitals('alerts', '--exit-code')).toMatch(
    /^1 warning {3}web.\[2J-1 {2}disk \/var {2}since .* #[0-9a-f]{12}\n {10}Disk 93.0 % > 90 %\n {10}told default \d\d:\d\d\n$/,
  )
  expect(await vitals('alerts', '--exit-code', '--rule', 'cpu*')).toBe('0 Nothing is open.\n')
  const { alerts } = JSON.parse((await vitals('alerts', '--json')).slice(2))
  expect(alerts).toMatchObject([{ host, rule: 'disk', entity: '/var', severity: 'warning', phase: 'firing' }])
  expect(await vitals('alerts', '--history')).toMatch(
    /open, .* warning +web.\[2J-1 +disk \/var +#[0-9a-f]{12} +Disk 93/,
  )
  expect(await vitals('alerts', '--days', '3')).toBe('2 vitals: --days, --from and --to are of --history\n')

  const explained = await vitals('alerts', 'explain', alerts[0].incident.slice(0, 8))
  expect(explained).toMatch(/^0 #[0-9a-f]{12} {2}warning {2}web.\[2J-1 {2}disk \/var {2}began .* UTC, open for/)
  expect(explained).toMatch(/rule {5}[0-9a-f]{16}, of all rules [0-9a-f]{16}\n {13}disk.percent: op >, threshold 90/)
  const { steps } = JSON.parse((await vitals('alerts', 'explain', alerts[0].incident, '--json')).slice(2))
  expect(steps).toMatchObject([{ row: { kind: 'transition' } }, { row: { kind: 'telling' } }])

  expect(await vitals('replay', '--days', '1')).toMatch(
    /^0 .* 2 runs of evaluate\n2 decisions, byte for byte the same: these rules decided them\.\n/,
  )
  const rules = join(place.workplace.directory, 'new.yml')
  await writeFile(rules, 'rules: [{ id: disk, metric: disk.percent, threshold: 95 }]')
  const other = await vitals('replay', '--days', '1', '--rules', rules)
  expect(other).toMatch(/\n- .* warning +firing +default +web.\[2J-1 +disk \/var +Disk 93.0 % > 90 %\n/)
  expect(other).toMatch(/\ndefault +1 +0 +0 +1 +7\.0 -> 0\.0\n$/)
  const { notices } = JSON.parse((await vitals('replay', '--days', '1', '--rules', rules, '--json')).slice(2))
  expect(notices).toMatchObject([{ change: 'gone', was: { host, kind: 'firing' } }])

  for (const said of [explained, other]) expect(said).not.toContain('\u001b')
  expect((await bucket.list('')).objects).toEqual(before)
}, 90_000)
