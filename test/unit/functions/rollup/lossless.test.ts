/** What a reader of Parquet that is not ours finds in the lake, value for value. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DuckDBBlobValue, type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDirectoryBucket } from '../../../../adapters/bucket/directory.ts'
import { silentLog } from '../../../../adapters/log/port.ts'
import { type LakeTable, lakePrefix, lakeTables } from '../../../../core/keys.ts'
import type { Cell, LakeRecord } from '../../../../core/rollup/tables.ts'
import { rollupShard } from '../../../../functions/rollup/rollup.ts'
import { anyBlocks, heldByLog, heldByTables, type ReadTables } from './any-rows.ts'
import { createLog, shard } from './committed-log.ts'

let directory: string
let instance: DuckDBInstance
let connection: DuckDBConnection
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-lossless-'))
  instance = await DuckDBInstance.create(':memory:')
  connection = await instance.connect()
})
afterAll(async () => {
  connection.closeSync()
  instance.closeSync()
  await rm(directory, { recursive: true })
})

it('DuckDB finds in the lake each value of each row that was committed, as it was sent', async () => {
  await fc.assert(
    fc.asyncProperty(anyBlocks, async (blocks) => {
      const root = await mkdtemp(join(directory, 'bucket-'))
      const bucket = await openDirectoryBucket(pathToFileURL(root).href)
      const log = createLog(bucket)
      // Two runs: the second adds to files of the first.
      for (const [at, rows] of blocks.entries()) {
        await log.commit(rows)
        if (at === 0) await rollupShard({ bucket, shard, log: silentLog })
      }
      await rollupShard({ bucket, shard, log: silentLog })
      const { objects } = await bucket.list('lake/')
      const tables = {} as ReadTables
      for (const table of lakeTables) {
        const isThere = objects.some(({ key }) => key.startsWith(lakePrefix(table)))
        tables[table] = isThere ? await readTable(root, table) : []
      }
      expect(heldByTables(tables)).toEqual(heldByLog(blocks))
      await rm(root, { recursive: true })
    }),
    { numRuns: 25 },
  )
})

async function readTable(root: string, table: LakeTable): Promise<LakeRecord[]> {
  const files = `${root}/${lakePrefix(table)}*/*.parquet`.replaceAll("'", "''")
  const source = `read_parquet('${files}', hive_partitioning = false)`
  const described = (await connection.runAndReadAll(`describe select * from ${source}`)).getRows()
  const names = described.map(([name]) => String(name))
  // DuckDB's client for Node drops a byte order mark that a text begins with: so texts come as their bytes.
  const read = described.map(([name, type]) => (type === 'VARCHAR' ? `encode("${name}")` : `"${name}"`))
  const result = await connection.runAndReadAll(`select ${read.join(', ')} from ${source}`)
  return result.getRows().map((row) => {
    const record: LakeRecord = {}
    for (const [index, name] of names.entries()) {
      const value = row[index]
      if (value !== null && value !== undefined) record[name] = cellOf(value)
    }
    return record
  })
}

function cellOf(value: DuckDBValue): Cell {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'object' && value !== null && 'micros' in value) return Number(value.micros / 1000n)
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('utf8')
  return value as Cell
}
