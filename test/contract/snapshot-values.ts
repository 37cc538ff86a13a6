/** The values of a snapshot by their paths, `disks.usedPercent`: those that there may be, and those that are there. */
import type * as v from 'valibot'
import { type Snapshot, snapshotSchema } from '../../core/snapshot.ts'

/** What the agent adds: of itself, of its checks, and of what it watches for. */
const added = /^(agent|events|findings|unavailable|kind|intervalMs)\b/

/** Every value that a collector may tell, by the schema. */
export const collectedValues: readonly string[] = schemaValues(snapshotSchema).filter((value) => !added.test(value))

export function schemaValues(schema: v.GenericSchema, path = ''): string[] {
  const node = schema as unknown as {
    type: string
    wrapped?: v.GenericSchema
    entries?: Record<string, v.GenericSchema>
    item?: v.GenericSchema
  }
  if (node.type === 'optional' && node.wrapped) return schemaValues(node.wrapped, path)
  if (node.type === 'array' && node.item) return schemaValues(node.item, path)
  if (!node.entries) return [path]
  return Object.entries(node.entries).flatMap(([field, inner]) => schemaValues(inner, join(path, field)))
}

/** Each once, whatever the number of rows. */
export function valuesOf(snapshot: Snapshot): string[] {
  const found = new Set<string>()
  const walk = (value: unknown, path: string) => {
    if (Array.isArray(value)) for (const item of value) walk(item, path)
    else if (typeof value === 'object' && value !== null && !isRecord(path)) {
      for (const [field, inner] of Object.entries(value)) walk(inner, join(path, field))
    } else found.add(path)
  }
  walk(snapshot, '')
  return [...found]
}

/** A value that is a table of its own, by names that no schema knows. */
function isRecord(path: string): boolean {
  return /^(processes\.(byStatus|watches)|unavailable)$/.test(path)
}

function join(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`
}
