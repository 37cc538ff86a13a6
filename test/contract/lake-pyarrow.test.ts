/** The lake as pyarrow reads it: each value of each row that was committed, as it was sent. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openDirectoryBucket } from '../../adapters/bucket/directory.ts'
import { silentLog } from '../../adapters/log/port.ts'
import { pythonWith } from '../../bench/python.ts'
import { lakeTables } from '../../core/keys.ts'
import { rollupShard } from '../../functions/rollup/rollup.ts'
import { anyBlocks, heldByLog, heldByTables, type ReadTables } from '../unit/functions/rollup/any-rows.ts'
import { createLog, shard } from '../unit/functions/rollup/committed-log.ts'

/** Prints, for each lake of its arguments, a line of JSON: table -> records, times as milliseconds. */
const script = `
import glob, json, sys
import pyarrow as pa, pyarrow.parquet as pq
for root in sys.argv[1:]:
    tables = {}
    for table in ${JSON.stringify(lakeTables)}:
        tables[table] = records = []
        for path in sorted(glob.glob(f'{glob.escape(root)}/lake/{table}/*/*.parquet')):
            read = pq.ParquetFile(path).read()
            for at, field in enumerate(read.schema):
                if pa.types.is_timestamp(field.type):
                    assert field.type.unit == 'ms', field
                    read = read.set_column(at, field.name, read.column(at).cast(pa.int64()))
            for row in read.to_pylist():
                records.append({name: value for name, value in row.items() if value is not None})
    print(json.dumps(tables))
`

it('pyarrow finds in the lake each value of each row that was committed, as it was sent', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vitals-pyarrow-'))
  const lakes = fc.sample(anyBlocks, 25)
  for (const [at, blocks] of lakes.entries()) {
    const bucket = await openDirectoryBucket(pathToFileURL(join(directory, String(at))).href)
    const log = createLog(bucket)
    for (const rows of blocks) await log.commit(rows)
    await rollupShard({ bucket, shard, log: silentLog })
  }
  const roots = lakes.map((_, at) => join(directory, String(at)))
  const { stdout } = await promisify(execFile)(pythonWith('pyarrow'), ['-c', script, ...roots], { maxBuffer: 2 ** 28 })
  const read = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ReadTables)
  expect(read.map(heldByTables)).toEqual(lakes.map(heldByLog))
  await rm(directory, { recursive: true })
})
