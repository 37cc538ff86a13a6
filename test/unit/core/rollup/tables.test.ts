import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { LakeTable } from '../../../../core/keys.ts'
import { rowsOfRecords } from '../../../../core/rollup/lake-rows.ts'
import type { LakeRecord } from '../../../../core/rollup/tables.ts'
import type { SampleRow } from '../../../../core/shard/block.ts'
import { lakeRecords, samplesOfRows } from '../../../lake-contents.ts'
import { makeSnapshot } from '../../../make.ts'

const atMs = Date.UTC(2026, 1, 3)

interface Parts {
  totalBytes?: number
  usedBytes?: number
  rest?: number
}

function sampleOf({ rest, ...parts }: Parts): SampleRow {
  const snapshot = makeSnapshot({ atMs })
  return {
    kind: 'sample',
    host: 'web-1',
    atMs,
    snapshot: {
      ...snapshot,
      memory: { ...parts, ...(rest === undefined ? {} : { availableBytes: rest }) },
      disks: [{ mount: '/', ...parts, ...(rest === undefined ? {} : { freeBytes: rest }) }],
    },
  }
}

function tablesOf(sample: SampleRow): Record<LakeTable, LakeRecord[]> {
  const tables: Record<LakeTable, LakeRecord[]> = {
    samples: [],
    disks: [],
    interfaces: [],
    processes: [],
    transitions: [],
    gaps: [],
  }
  for (const { table, record } of lakeRecords(sample, 1, 0)) tables[table].push(record)
  return tables
}

it('what is free is kept as what neither is used nor free', () => {
  const { samples, disks } = tablesOf(sampleOf({ totalBytes: 1_000, usedBytes: 600, rest: 350 }))
  expect(disks[0]).toMatchObject({ totalBytes: 1_000, usedBytes: 600, reservedBytes: 50 })
  expect(samples[0]).toMatchObject({ memoryTotalBytes: 1_000, memoryUsedBytes: 600, memoryOtherBytes: 50 })
  expect([disks[0]?.freeBytesAlone, samples[0]?.memoryAvailableBytesAlone]).toEqual([undefined, undefined])
})

it('what is free is kept alone where total or used are not known', () => {
  expect(tablesOf(sampleOf({ usedBytes: 600, rest: 350 })).disks[0]).toMatchObject({ freeBytesAlone: 350 })
  expect(tablesOf(sampleOf({ totalBytes: 1_000, rest: 350 })).samples[0]).toMatchObject({
    memoryAvailableBytesAlone: 350,
  })
})

it('total, used and free come back as they were, absent ones absent', () => {
  const bytes = fc.option(fc.oneof(fc.maxSafeNat(), fc.nat(1_000)), { nil: undefined })
  fc.assert(
    fc.property(fc.tuple(bytes, bytes, bytes), ([totalBytes, usedBytes, rest]) => {
      const sample = sampleOf({
        ...(totalBytes === undefined ? {} : { totalBytes }),
        ...(usedBytes === undefined ? {} : { usedBytes }),
        ...(rest === undefined ? {} : { rest }),
      })
      const { samples, disks, interfaces, processes } = tablesOf(sample)
      const tables = {
        samples: rowsOfRecords('samples', samples),
        disks: rowsOfRecords('disks', disks),
        interfaces: rowsOfRecords('interfaces', interfaces),
        processes: rowsOfRecords('processes', processes),
      }
      expect(samplesOfRows(tables)).toEqual([sample])
    }),
  )
})
