/** What operators say by the command line, and what evaluate makes of it, on a real directory. */
import { expect, test } from 'vitest'
import { makeSnapshot } from '../make.ts'
import { byCommand } from './by-command.ts'

const { vitals, send } = byCommand()

test('an incident is acknowledged, its rule silenced, and its host forgotten when it is gone', async () => {
  await vitals('evaluate')
  await send(1, [makeSnapshot({ atMs: Date.now(), disks: [['/var', 99]] })])
  const [outcome] = JSON.parse((await vitals('evaluate', '--json')).replace('0 ', ''))
  const incident: string = outcome.transitions[0].incident.id

  expect(await vitals('ack', 'ffffffffffff')).toBe(
    `1 vitals: no incident ffffffffffff is open; there are ${incident} (web-1 disk /var)\n`,
  )
  expect(await vitals('ack', `#${incident}`, '--for', '2h')).toMatch(
    /^0 web-1 disk \/var: acknowledged, not told again until .* UTC\n$/,
  )
  expect(await vitals('silence', 'add', '--for', '1h')).toContain(
    '2 vitals: what is to be silent? expected one of --host',
  )
  expect(await vitals('silence', 'add', '--rule', 'disk*', '--for', '1h', '--until', '2100-01-01')).toMatch(
    /^2 .*not both/,
  )
  const added = await vitals('silence', 'add', '--rule', 'disk*', '--for', '1h', '--comment', 'a new disk', '--json')
  const { id } = JSON.parse(added.replace('0 ', ''))
  const listed = await vitals('silence', 'list')
  expect(listed).toMatch(
    new RegExp(`^0 ${id}  active   rule disk\\*, until .* UTC\n +.*@web-1: a new disk\n#${incident}  acknowledged`),
  )
  expect(await vitals('silence', 'expire', id)).toBe(`0 silence ${id} is over: what still fires is told\n`)
  expect(await vitals('silence', 'expire', id)).toBe(
    `1 vitals: the silence ${id} is over already (see vitals silence list)\n`,
  )

  expect(await vitals('host', 'forget', 'web-2')).toMatch(
    /^1 vitals: no host web-2 is known in .*; is web-1 meant\?\n$/,
  )
  expect(await vitals('host', 'forget', 'web-1')).toMatch(
    /^1 vitals: web-1 has sent something .* ago: stop its agent first/,
  )
  await send(2, [{ kind: 'goodbye', observedAtMs: Date.now() }])
  await vitals('evaluate')
  expect(await vitals('host', 'forget', 'web-1')).toMatch(/^0 web-1 is forgotten by the next run of evaluate/)
  await vitals('evaluate')
  expect(await vitals('status')).toContain('No host has been evaluated yet')
}, 60_000)
