/** DuckDB is an optional package: 70 MB that only `vitals query` needs. */
type DuckDb = typeof import('@duckdb/node-api')

/** The version that tests run against; package.json says the same of its peer. */
export const duckDbPackage = '@duckdb/node-api@1.5.6-r.1'

/** Throws with what to install where it is not there. */
export async function loadDuckDb(): Promise<DuckDb> {
  try {
    return await import('@duckdb/node-api')
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND'
    const why = isMissing ? 'is not installed' : `can't be loaded: ${(cause as Error).message}`
    throw new Error(`vitals query works with DuckDB, which ${why}: npm install ${duckDbPackage}`, { cause })
  }
}
