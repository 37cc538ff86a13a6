import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { bucketCheck } from '../../../../cli/doctor/bucket.ts'
import { makeContext, told } from './context.ts'

let path: string
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'vitals-doctor-'))
})
afterEach(() => rmSync(path, { recursive: true, force: true }))

const look = (changes = {}) => bucketCheck.run(makeContext({ bucketUrl: pathToFileURL(path).href, ...changes }))

function layOut(layout: unknown, findings?: unknown[]): void {
  writeFileSync(join(path, 'vitals.json'), JSON.stringify(layout))
  mkdirSync(join(path, 'site', 'now'), { recursive: true })
  const hosts = [{ host: 'web-1', findings: findings ?? [] }]
  if (findings) writeFileSync(join(path, 'site', 'now', 'all.json'), JSON.stringify({ v: 1, hosts }))
}

it('is well before it is there and before anything was evaluated, and makes nothing', async () => {
  expect(told(await look())).toEqual(['directory: ok', 'layout: ok', 'clock: ok'])
  expect(readdirSync(path)).toEqual([])
  rmSync(path, { recursive: true })
  expect(told(await look())).toEqual(['directory: ok', 'clock: ok'])
})

it('knows its layout, and whether one agent uses the name of this host', async () => {
  layOut({ v: 1, shards: 1 }, [])
  expect(told(await look())).toEqual(['directory: ok', 'layout: ok', "this host's name: ok", 'clock: ok'])
  layOut({ v: 1, shards: 1 }, [
    { kind: 'duplicate-host', text: 'two streams' },
    { kind: 'clock-skew', text: 'x' },
  ])
  const results = await look()
  expect(results[2]).toMatchObject({ finding: 'duplicate-host', found: 'two streams' })
})

it.each([
  ['runs', 14, 'evaluate: ok'],
  ['is away', 16, 'evaluate: evaluate-away'],
])('says that evaluate %s', async (_, minutes, expected) => {
  layOut({ v: 1, shards: 1 })
  mkdirSync(join(path, 'heartbeat'))
  const heartbeat = { v: 1, atMs: makeContext().clock.now() - minutes * 60_000, shards: 1 }
  writeFileSync(join(path, 'heartbeat', 'v1.json'), JSON.stringify(heartbeat))
  expect(told(await look())).toEqual(['directory: ok', 'layout: ok', expected, 'clock: ok'])
})

it.each([
  ['newer', { v: 9, shards: 1 }, {}, /update vitals here/],
  ['for other shards', { v: 1, shards: 16 }, { shardCount: 1 }, /set MONITOR_SHARDS=16/],
  ['damaged', 'no', {}, /vitals\.json/],
])('has a problem with a layout that is %s', async (_, layout, changes, remedy) => {
  layOut(layout)
  const results = await look(changes)
  expect(told(results)).toEqual(['directory: ok', 'layout: bucket-layout'])
  expect(results[1]?.remedy).toMatch(remedy)
})
