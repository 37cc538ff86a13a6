import type * as v from 'valibot'
import { expect, it } from 'vitest'
import type { LakeTable } from '../../../../core/keys.ts'
import { lakeColumns } from '../../../../core/rollup/lake-columns.ts'
import { snapshotSchema } from '../../../../core/snapshot.ts'

/** The lists of a snapshot that have a table of their own. */
const tables: Record<string, LakeTable> = {
  disks: 'disks',
  diskIo: 'disks',
  interfaces: 'interfaces',
  'processes.top': 'processes',
}

interface Leaf {
  table: LakeTable
  path: string
}

/** Every place in a snapshot that may hold a value. */
function leavesOf(schema: v.GenericSchema, table: LakeTable, path: string): Leaf[] {
  const node = schema as unknown as {
    type: string
    wrapped?: v.GenericSchema
    entries?: Record<string, v.GenericSchema>
    item?: v.GenericSchema
  }
  if (node.type === 'optional' && node.wrapped) return leavesOf(node.wrapped, table, path)
  if (node.entries) {
    return Object.entries(node.entries).flatMap(([field, inner]) =>
      leavesOf(inner, table, path === '' ? field : `${path}.${field}`),
    )
  }
  const own = tables[path.replace(/^snapshot\./, '')]
  return own && node.item ? leavesOf(node.item, own, '') : [{ table, path }]
}

it('each value that a snapshot may hold has a column of the lake', () => {
  const leaves = leavesOf(snapshotSchema, 'samples', 'snapshot').filter(({ path }) => path !== 'snapshot.kind')
  expect(leaves.length).toBeGreaterThan(90)
  const isKept = ({ table, path }: Leaf) => lakeColumns[table].some((column) => column.path.join('.') === path)
  expect(leaves.filter((leaf) => !isKept(leaf))).toEqual([])
})
