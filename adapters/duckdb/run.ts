/**
 * One SELECT over Parquet files, by a DuckDB that can do nothing else:
 *
 * 1. its own parser must say that the text is a single SELECT, before it is prepared (preparing an EXPORT makes a directory);
 * 2. then the views are made, and it may open nothing outside `directory`, no network, no extension;
 * 3. then its configuration is locked, and the SELECT runs. The result is whole before the first row is given.
 */
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api'
import { loadDuckDb } from './load.ts'

export interface SelectOptions {
  sql: string
  /** Statements that make the views. */
  views: readonly string[]
  /** Absolute; has the files, and `spill/` is made in it for what does not fit into memory. */
  directory: string
  signal: AbortSignal
}

export interface Selected {
  columns: readonly string[]
  rows: number
  /** Some hundred rows at a time. */
  chunks(): AsyncIterable<DuckDBValue[][]>
  close(): void
}

const bounds = { memory_limit: '1GiB', max_temp_directory_size: '8GiB' }

/** Throws with the parser's word when `sql` is anything but one SELECT. */
export async function expectOneSelect(sql: string): Promise<void> {
  const { DuckDBInstance: Instance } = await loadDuckDb()
  const instance = await Instance.create(':memory:')
  const connection = await instance.connect()
  try {
    const [[answer] = []] = (await connection.runAndReadAll('select json_serialize_sql($1::VARCHAR)', [sql])).getRows()
    const told = JSON.parse(String(answer)) as { error: boolean; error_message?: string; statements?: unknown[] }
    if (told.error) throw new Error(told.error_message?.replace('can be serialized to json!', 'are taken'))
    const count = told.statements?.length ?? 0
    if (count !== 1) throw new Error(`expected one SELECT, found ${count} statements`)
  } finally {
    close(connection, instance)
  }
}

/** `sql` must have passed `expectOneSelect`. */
export async function runSelect({ sql, views, directory, signal }: SelectOptions): Promise<Selected> {
  const { DuckDBInstance: Instance } = await loadDuckDb()
  const instance = await Instance.create(':memory:', {
    ...bounds,
    temp_directory: `${directory}/spill`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connection = await instance.connect()
  const stop = () => connection.interrupt()
  signal.addEventListener('abort', stop)
  const end = () => {
    signal.removeEventListener('abort', stop)
    close(connection, instance)
  }
  try {
    for (const view of views) await connection.run(view)
    await connection.run(`set allowed_directories = [${quoted(`${directory}/lake/`)}]`)
    await connection.run('set enable_external_access = false')
    await connection.run('set lock_configuration = true')
    const result = await connection.run(sql)
    return {
      columns: result.columnNames(),
      rows: Number(result.rowCount),
      close: end,
      chunks: async function* () {
        for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
          yield chunk.getRows()
        }
      },
    }
  } catch (error) {
    end()
    throw error
  }
}

/** A string of SQL. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function close(connection: DuckDBConnection, instance: DuckDBInstance): void {
  connection.closeSync()
  instance.closeSync()
}
