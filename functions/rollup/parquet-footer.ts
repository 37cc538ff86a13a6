/** What the footer of a file of the lake says: its columns, what it covers, and what readers are told of units and remainders. */
import type { KeyValue, SchemaElement } from 'hyparquet'
import type { LakeTable } from '../../core/keys.ts'
import { refuseNewer } from '../../core/newer-version.ts'
import { lakeColumns, lakeRemainders } from '../../core/rollup/lake-columns.ts'
import { physicalTypes } from './column-chunk.ts'

const coversKey = 'vitals.covers'
const versionKey = 'vitals.version'
const version = 1

export function keyValues(table: LakeTable, covers: number): KeyValue[] {
  return [
    { key: coversKey, value: String(covers) },
    { key: versionKey, value: String(version) },
    ...unitsMetadata,
    ...restMetadata(table),
  ]
}

/** Throws where it is of another version, or tells nothing: a `NewerVersionError` of a newer one. */
export function coversOf(metadata: KeyValue[] | undefined): number {
  const values = new Map(metadata?.map(({ key, value }) => [key, value]))
  const covers = Number(values.get(coversKey))
  refuseNewer(versionKey, Number(values.get(versionKey)), version)
  if (values.get(versionKey) !== String(version) || !Number.isSafeInteger(covers)) {
    throw new Error(
      `key-value metadata: ${versionKey} ${values.get(versionKey)}, ${coversKey} ${values.get(coversKey)}: expected version ${version} and a whole number`,
    )
  }
  return covers
}

export const schemas: Readonly<Record<LakeTable, SchemaElement[]>> = {
  samples: schemaOf('samples'),
  disks: schemaOf('disks'),
  interfaces: schemaOf('interfaces'),
  processes: schemaOf('processes'),
  transitions: schemaOf('transitions'),
  gaps: schemaOf('gaps'),
}

function schemaOf(table: LakeTable): SchemaElement[] {
  const columns = lakeColumns[table]
  return [
    { name: 'root', num_children: columns.length },
    ...columns.map(({ name, kind, required }) => ({
      name,
      ...physicalTypes[kind],
      repetition_type: required ? ('REQUIRED' as const) : ('OPTIONAL' as const),
    })),
  ]
}

const unitsMetadata: KeyValue[] = [
  {
    key: 'vitals.units',
    value: 'by endings: Ms milliseconds, UTC; Percent 0 to 100 (process: 100 is a core); Bytes; PerSecond',
  },
]

function restMetadata(table: LakeTable): KeyValue[] {
  const parts = lakeRemainders[table]
  return parts
    ? [{ key: 'vitals.rest', value: `${parts.total} - ${parts.used} - ${parts.remainder}, or ${parts.alone}` }]
    : []
}
