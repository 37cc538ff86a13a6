/** Rows of the log with any value that the schemas let through; and how to see whether a lake still has them all. */
import fc from 'fast-check'
import type * as v from 'valibot'
import type { Transition } from '../../../../core/alerts/alert.ts'
import { type LakeTable, lakeTables } from '../../../../core/keys.ts'
import { type LakeRows, rowsOfRecords } from '../../../../core/rollup/lake-rows.ts'
import { gapsOfRows, type LakeRecord, transitionsOfRows } from '../../../../core/rollup/tables.ts'
import type { BlockRow, GapRow } from '../../../../core/shard/block.ts'
import { type Snapshot, snapshotSchema } from '../../../../core/snapshot.ts'
import { samplesOfRows } from '../../../lake-contents.ts'
import { startMs } from '../../../make.ts'

const hostile = [
  '=1+1',
  '"a",\r\n',
  '\ufeffx',
  '\u202egpj',
  '\u0000\u001b[2J\u009b',
  "'; drop",
  '🦀',
  ' ',
  'null',
  '\\N',
]
const text = (maxLength: number) =>
  fc.oneof(
    fc.constantFrom(...hostile),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: Math.min(maxLength, 12) }),
  )
const atMs = fc.integer({ min: startMs, max: startMs + 2 * 86_400_000 })
const host = fc.oneof(fc.constantFrom('web-1', 'constructor'), text(12))
const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 })

const sample = fc.record({ kind: fc.constant('sample' as const), host, atMs, snapshot: arbitraryOf(snapshotSchema) })

const transition = fc.record(
  {
    kind: fc.constant('transition' as const),
    host,
    atMs,
    rule: text(12),
    entity: text(12),
    severity: fc.constantFrom('warning', 'critical'),
    from: fc.constantFrom('ok', 'pending', 'firing'),
    to: fc.constantFrom('ok', 'pending', 'firing'),
    decidedAtMs: atMs,
    reason: text(12),
    value: number,
    threshold: number,
    incident: fc.record({ id: text(12), startedAtMs: atMs }),
    ruleHash: text(16),
    severityBefore: fc.constantFrom('warning', 'critical'),
    amends: text(12),
    flapping: fc.constant(true as const),
    gone: fc.constant(true as const),
    late: fc.record({ learnedAtMs: atMs }),
    top: fc.array(fc.record({ pid: fc.maxSafeNat(), name: text(12), cpuPercent: number }), { maxLength: 3 }),
  },
  { requiredKeys: ['kind', 'host', 'atMs', 'rule', 'severity', 'from', 'to', 'decidedAtMs', 'reason'] },
)

const gap = fc.record(
  {
    kind: fc.constant('gap' as const),
    host,
    fromMs: atMs,
    toMs: atMs,
    snapshots: fc.nat(),
    batches: fc.nat(),
    reason: text(12),
    told: fc.record({ kind: fc.constant('gap'), fromMs: atMs, toMs: atMs, snapshots: fc.nat(), reason: text(12) }),
  },
  { requiredKeys: ['kind', 'host', 'fromMs', 'toMs', 'reason'] },
)

/** Rows of some blocks, as they come out of a block again. */
export const anyBlocks: fc.Arbitrary<BlockRow[][]> = fc
  .array(fc.array(fc.oneof({ weight: 4, arbitrary: sample }, transition, gap), { minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((blocks) => JSON.parse(JSON.stringify(blocks)) as BlockRow[][])

export type ReadTables = Record<LakeTable, LakeRecord[]>

/** What the log had: in its order, with the parts of a snapshot in an order of their own, without empty objects. */
export function heldByLog(blocks: readonly BlockRow[][]) {
  const rows = blocks.flat()
  return {
    samples: rows.flatMap((row) => (row.kind === 'sample' ? [inOwnOrder(row)] : [])),
    transitions: rows.filter((row): row is Transition => row.kind === 'transition').map(withoutEmpty),
    gaps: rows.filter((row): row is GapRow => row.kind === 'gap').map(withoutEmpty),
  }
}

/** The same, of tables as some reader gave them. */
export function heldByTables(tables: ReadTables) {
  const sorted = Object.fromEntries(
    lakeTables.map((table) => [
      table,
      rowsOfRecords(
        table,
        tables[table].toSorted((a, b) => Number(a.block) - Number(b.block) || Number(a.row) - Number(b.row)),
      ),
    ]),
  ) as Record<LakeTable, LakeRows>
  return {
    samples: samplesOfRows(sorted).map(inOwnOrder),
    transitions: transitionsOfRows(sorted.transitions).map(withoutEmpty),
    gaps: gapsOfRows(sorted.gaps).map(withoutEmpty),
  }
}

function inOwnOrder(row: { host: string; atMs: number; snapshot: Snapshot }) {
  const { disks, diskIo, interfaces, processes, ...rest } = row.snapshot
  const sort = (items: readonly object[]) => items.map((item) => canonical(item)).sort()
  return {
    ...row,
    snapshot: withoutEmpty({ ...rest, processes: { ...processes, top: [] } }),
    parts: [disks, diskIo, interfaces, processes.top].map(sort),
  }
}

function canonical(item: object): string {
  return JSON.stringify(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** `agent: {}` has no value that a column could hold. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).map(([name, inner]) => [name, withoutEmpty(inner)] as const)
  const isEmpty = (inner: unknown) => typeof inner === 'object' && inner !== null && Object.keys(inner).length === 0
  return Object.fromEntries(fields.filter(([, inner]) => Array.isArray(inner) || !isEmpty(inner)))
}

interface Node {
  type: string
  wrapped?: v.GenericSchema
  entries?: Record<string, v.GenericSchema>
  item?: v.GenericSchema
  key?: v.GenericSchema
  value?: v.GenericSchema
  options?: readonly string[]
  literal?: string
  pipe?: readonly { type: string; requirement?: number }[]
}

/** Any value that `schema` lets through; small where it may be large. */
function arbitraryOf<S extends v.GenericSchema>(schema: S): fc.Arbitrary<v.InferOutput<S>> {
  return arbitrary(schema) as fc.Arbitrary<v.InferOutput<S>>
}

function arbitrary(schema: v.GenericSchema): fc.Arbitrary<unknown> {
  const node = schema as unknown as Node
  const bound = (type: string, other: number) => node.pipe?.find((one) => one.type === type)?.requirement ?? other
  const inner = (found: v.GenericSchema | undefined) => {
    if (!found) throw new Error(`a schema of type ${node.type} has nothing inside`)
    return arbitrary(found)
  }
  switch (node.type) {
    case 'object': {
      const fields = Object.entries(node.entries ?? {})
      const isOptional = (field: v.GenericSchema) => (field as unknown as Node).type === 'optional'
      return fc.record(Object.fromEntries(fields.map(([name, field]) => [name, arbitrary(field)])), {
        requiredKeys: fields.filter(([, field]) => !isOptional(field)).map(([name]) => name),
      })
    }
    case 'optional':
      return inner(node.wrapped)
    case 'array':
      return fc.array(inner(node.item), { maxLength: 3 })
    case 'record':
      return fc.dictionary(text(12), inner(node.value), { maxKeys: 3 })
    case 'string':
      return text(bound('max_length', 12))
    case 'boolean':
      return fc.boolean()
    case 'picklist':
      return fc.constantFrom(...(node.options ?? []))
    case 'literal':
      return fc.constant(node.literal)
    case 'number': {
      const isInteger = node.pipe?.some(({ type }) => type === 'safe_integer')
      const min = bound('min_value', isInteger ? Number.MIN_SAFE_INTEGER : -1e15)
      if (isInteger) return fc.maxSafeInteger().map((value) => Math.max(min, value))
      return fc.double({ noNaN: true, min, max: bound('max_value', 1e15) })
    }
    default:
      throw new Error(`no arbitrary for a schema of type ${node.type}`)
  }
}
