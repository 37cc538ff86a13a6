/** Values of DuckDB as JSON, and as text. */
import type { DuckDBValue } from '@duckdb/node-api'

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json }

const microsPerMs = 1_000n
/** What a Date can hold. */
const maxDateMs = 8_640_000_000_000_000n

/**
 * Whole numbers that JSON's readers would round are text; so are NaN and infinity, and whatever JSON has no word for.
 * Times are ISO 8601 in UTC.
 */
export function jsonOf(value: DuckDBValue): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint') return isSafe(value) ? Number(value) : String(value)
  if ('micros' in value && value.constructor.name.startsWith('DuckDBTimestamp'))
    return isoOf(value.micros, String(value))
  if ('items' in value) return value.items.map(jsonOf)
  if ('entries' in value) {
    return Array.isArray(value.entries)
      ? value.entries.map(({ key, value: item }) => ({ key: jsonOf(key), value: jsonOf(item) }))
      : Object.fromEntries(Object.entries(value.entries).map(([name, item]) => [name, jsonOf(item)]))
  }
  return String(value)
}

/** Undefined: null. */
export function textOf(value: DuckDBValue): string | undefined {
  const json = jsonOf(value)
  if (json === null) return undefined
  return typeof json === 'object' ? JSON.stringify(json) : String(json)
}

function isoOf(micros: bigint, other: string): string {
  const rest = ((micros % microsPerMs) + microsPerMs) % microsPerMs
  const ms = (micros - rest) / microsPerMs
  if (ms > maxDateMs || ms < -maxDateMs) return other
  const iso = new Date(Number(ms)).toISOString()
  return rest === 0n ? iso : iso.replace('Z', `${String(rest).padStart(3, '0')}Z`)
}

function isSafe(value: bigint): boolean {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER)
}
