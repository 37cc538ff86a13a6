/** `vitals query` and `vitals export` as they are typed. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDirectoryBucket } from '../../adapters/bucket/directory.ts'
import { ensureLayout } from '../../adapters/bucket/layout.ts'
import { silentLog } from '../../adapters/log/port.ts'
import { lakeKey } from '../../core/keys.ts'
import { rollupShard } from '../../functions/rollup/rollup.ts'
import manifest from '../../package.json' with { type: 'json' }
import { minuteMs, startMs } from '../make.ts'
import { createLog, sampleAt, shard } from '../unit/functions/rollup/committed-log.ts'

const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts')
const march = ['--from', '2026-03-01', '--to', '2026-03-09']
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-e2e-query-'))
  const bucket = await openDirectoryBucket(pathToFileURL(join(directory, 'bucket')).href)
  await ensureLayout({ bucket })
  const samples = Array.from({ length: 3_000 }, (_, at) =>
    sampleAt(startMs + at * minuteMs, at % 2 ? 'web-1' : '=1+1\u202e'),
  )
  await createLog(bucket).commit(samples)
  await rollupShard({ bucket, shard, log: silentLog })
})
afterAll(() => rm(directory, { recursive: true }))

function vitals(args: readonly string[], node: readonly string[] = []) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('MONITOR_'))
  const MONITOR_BUCKET = pathToFileURL(join(directory, 'bucket')).href
  const env = { ...Object.fromEntries(inherited), MONITOR_BUCKET, TMPDIR: directory, TZ: 'UTC' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [...node, main, ...args], {
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  return { status, stdout, stderr }
}

it('query prints a table, JSON lines and CSV, all rows into a pipe, and leaves nothing behind', async () => {
  const sql = 'select host, count(*) as samples, max(atMs) as last from samples group by 1 order by 1 desc'
  expect(vitals(['query', sql, ...march])).toEqual({
    status: 0,
    stderr: '',
    stdout: [
      'host   samples  last',
      'web-1     1500  2026-03-03T13:59:00.000Z',
      '=1+1�     1500  2026-03-03T13:58:00.000Z',
      '',
    ].join('\n'),
  })
  expect(vitals(['query', sql, '--json', ...march]).stdout.split('\n')[1]).toBe(
    '{"host":"=1+1\\u202e","samples":1500,"last":"2026-03-03T13:58:00.000Z"}',
  )
  expect(vitals(['query', sql, '--format', 'csv', ...march]).stdout).toBe(
    "host,samples,last\r\nweb-1,1500,2026-03-03T13:59:00.000Z\r\n'=1+1�,1500,2026-03-03T13:58:00.000Z\r\n",
  )
  expect(vitals(['query', 'from samples', ...march]).stdout.split('\n')).toHaveLength(3_002)
  expect((await readdir(directory)).filter((name) => name.startsWith('vitals-query'))).toEqual([])
})

it('query without DuckDB says what to install, and export does without', () => {
  const hook = `import { registerHooks } from 'node:module'
    registerHooks({ resolve: (name, context, next) => {
      if (name.startsWith('@duckdb')) throw Object.assign(new Error('none'), { code: 'ERR_MODULE_NOT_FOUND' })
      return next(name, context)
    } })`
  const without = ['--import', `data:text/javascript,${encodeURIComponent(hook)}`]
  const { status, stderr } = vitals(['query', 'select 1'], without)
  const wanted = `@duckdb/node-api@${manifest.peerDependencies['@duckdb/node-api']}`
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `vitals: vitals query works with DuckDB, which is not installed: npm install ${wanted}\n`,
  })
  expect(manifest.devDependencies['@duckdb/node-api']).toBe(manifest.peerDependencies['@duckdb/node-api'])
  const lines = vitals(['export', '--host', 'web-1', ...march], without).stdout.split('\r\n')
  expect(lines).toHaveLength(1_502)
})

it.each([
  [['query'], 'vitals: expected one SQL in quotes, found 0 words (see --help)\n'],
  [['query', 'select', '1'], 'vitals: expected one SQL in quotes, found 2 words (see --help)\n'],
  [['query', 'select 1', '--format', 'xml'], 'vitals: --format xml: expected one of table, json, csv\n'],
  [['export', '--table', 'x'], 'vitals: --table x: expected one of samples, disks, interfaces'],
  [['export', '--format', 'parquet'], 'vitals: --format parquet: expected --out FILE\n'],
])('%j is refused with status 2', (args, message) => {
  const { status, stdout, stderr } = vitals(args)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toContain(message)
})

it('export writes a file beside which nothing is left', async () => {
  const out = join(directory, 'out.parquet')
  expect(vitals(['export', '--format', 'parquet', '--out', out, ...march])).toEqual({
    status: 0,
    stderr: '',
    stdout: `3,000 rows of samples in ${out}\n`,
  })
  expect((await readFile(out)).subarray(0, 4).toString()).toBe('PAR1')
  expect((await readdir(directory)).sort()).toEqual(['bucket', 'out.parquet'])
})

it('whoever reads only the beginning is no error', () => {
  const command = `"${process.execPath}" "${main}" query 'select * from samples' --json --from 2026-03-01 | head -1 | wc -l`
  const env = { ...process.env, MONITOR_BUCKET: pathToFileURL(join(directory, 'bucket')).href }
  const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8', env })
  expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: '1', stderr: '' })
})

it('a damaged file is named, the others are read, and the status is 1', async () => {
  const key = lakeKey('samples', shard, startMs)
  await writeFile(join(directory, 'bucket', key), 'PAR1')
  for (const args of [
    ['query', 'select * from samples', '--json'],
    ['export', '--format', 'ndjson'],
  ]) {
    const { status, stdout, stderr } = vitals([...args, ...march])
    expect(status).toBe(1)
    expect(JSON.parse(stderr)).toMatchObject({ event: 'a file of the lake is damaged and left out', key })
    expect(stdout.split('\n')).toHaveLength(3_000 - 720 + 1)
  }
})
