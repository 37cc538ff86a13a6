import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLog } from '../../../../adapters/log/port.ts'
import { type ExportOptions, exportLake } from '../../../../cli/export/export.ts'
import { fileSink, type Sink } from '../../../../cli/lake/sink.ts'
import { lakeKey, lakeTables } from '../../../../core/keys.ts'
import { lakeColumns, lakeRemainders } from '../../../../core/rollup/lake-columns.ts'
import type { LakeRecord } from '../../../../core/rollup/tables.ts'
import { decodeParquet } from '../../../../functions/rollup/parquet.ts'
import { rollupShard } from '../../../../functions/rollup/rollup.ts'
import { minuteMs, startMs } from '../../../make.ts'
import { anyBlocks, heldByLog, heldByTables, type ReadTables } from '../../functions/rollup/any-rows.ts'
import { createLog, memoryBucket, sampleAt, shard } from '../../functions/rollup/committed-log.ts'

const dayMs = 86_400_000
const range = { fromMs: 0, toMs: startMs + 10 * dayMs }
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-export-'))
})
afterAll(() => rm(directory, { recursive: true }))

function memorySink(): Sink & { bytes(): Buffer } {
  const parts: Buffer[] = []
  return {
    write: async (bytes) => void parts.push(Buffer.from(bytes as string)),
    finish: async () => {},
    discard: async () => {},
    bytes: () => Buffer.concat(parts),
  }
}

async function exported(options: Pick<ExportOptions, 'bucket' | 'format'> & Partial<ExportOptions>): Promise<Buffer> {
  const sink = memorySink()
  const usual = { shardCount: 1, table: 'samples', range, sink, signal: new AbortController().signal } as const
  await exportLake({ ...usual, onProgress: () => {}, onDamaged: () => {}, ...options })
  return sink.bytes()
}

async function threeDays() {
  const bucket = memoryBucket()
  const { commit } = createLog(bucket)
  await commit([0, 1, 2].flatMap((day) => [sampleAt(startMs + day * dayMs), sampleAt(startMs + day * dayMs, 'web-2')]))
  await rollupShard({ bucket, shard, log: silentLog })
  return bucket
}

/** A record as it was before it became a line. */
function recordOf(table: (typeof lakeTables)[number], fields: Record<string, unknown>): LakeRecord {
  const record: LakeRecord = {}
  for (const { name, kind } of lakeColumns[table]) {
    const value = fields[name === lakeRemainders[table]?.alone ? name.replace('Alone', '') : name]
    if (value === undefined) continue
    if (kind === 'time') record[name] = typeof value === 'number' ? value : timeOf(String(value))
    else record[name] = kind === 'json' ? JSON.stringify(value) : (value as string)
  }
  return record
}

/** Times that no date can hold stay numbers. */
function timeOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Date.parse(text)
}

describe('an export', () => {
  it.each(['ndjson', 'parquet'] as const)('as %s loses nothing', async (format) => {
    await fc.assert(
      fc.asyncProperty(anyBlocks, async (blocks) => {
        const bucket = memoryBucket()
        const log = createLog(bucket)
        for (const rows of blocks) await log.commit(rows)
        await rollupShard({ bucket, shard, log: silentLog })
        const tables = {} as ReadTables
        for (const table of lakeTables) {
          const bytes = await exported({ bucket, format, table })
          tables[table] =
            format === 'parquet'
              ? (await decodeParquet(table, bytes)).records
              : bytes
                  .toString()
                  .split('\n')
                  .slice(0, -1)
                  .map((line) => recordOf(table, JSON.parse(line)))
        }
        expect(heldByTables(tables)).toEqual(heldByLog(blocks))
      }),
      { numRuns: 15 },
    )
  })

  it('as CSV has the names of its columns, empty cells for what is absent, and times in UTC', async () => {
    const [head = '', first = '', ...rest] = (
      await exported({ bucket: await threeDays(), format: 'csv', table: 'disks' })
    )
      .toString()
      .split('\r\n')
    expect(head.split(',').slice(0, 7)).toEqual(['host', 'kind', 'atMs', 'block', 'row', 'mount', 'device'])
    expect(first.split(',').slice(0, 7)).toEqual(['web-1', 'mount', '2026-03-01T12:00:00.000Z', '1', '0', '/', ''])
    expect(rest).toHaveLength(6)
    expect(rest.at(-1)).toBe('')
  })

  it('has the hosts and the time that are asked for', async () => {
    const bucket = await threeDays()
    const linesOf = async (options: Partial<ExportOptions>) =>
      (await exported({ bucket, format: 'ndjson', ...options })).toString().split('\n').length - 1
    expect(await linesOf({})).toBe(6)
    expect(await linesOf({ range: { ...range, hosts: ['web-2'] } })).toBe(3)
    expect(await linesOf({ range: { fromMs: startMs + 1, toMs: startMs + dayMs } })).toBe(0)
    expect(await linesOf({ range: { fromMs: startMs, toMs: startMs + minuteMs } })).toBe(2)
  })

  it('leaves a damaged file out, and names it', async () => {
    const bucket = await threeDays()
    const key = lakeKey('samples', shard, startMs + dayMs)
    await bucket.put(key, Buffer.from('PAR1'))
    const damaged: string[] = []
    const text = await exported({ bucket, format: 'ndjson', onDamaged: (one) => damaged.push(one.key) })
    expect(damaged).toEqual([key])
    expect(text.toString().split('\n')).toHaveLength(5)
  })
})

describe('a file', () => {
  it('has its name once it is whole', async () => {
    const path = join(directory, 'whole.csv')
    const sink = await fileSink(path)
    await sink.write('a')
    await sink.write(Buffer.from('b'))
    expect(await readdir(directory)).toEqual([expect.stringMatching(/^whole\.csv\.[0-9a-f]{8}\.part$/)])
    await sink.finish()
    expect(await readFile(path, 'utf8')).toBe('ab')
    expect(await readdir(directory)).toEqual(['whole.csv'])
    await rm(path)
  })

  it('that comes to nothing leaves what was there', async () => {
    const sink = await fileSink(join(directory, 'never.csv'))
    await sink.write('a')
    await sink.discard()
    expect(await readdir(directory)).toEqual([])
  })

  it('in a directory that is not there says so', async () => {
    await expect(fileSink(join(directory, 'no', 'x.csv'))).rejects.toThrow(/--out .*x\.csv can't be written: ENOENT/)
  })
})
