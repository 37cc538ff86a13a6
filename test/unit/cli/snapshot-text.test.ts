import { expect, it } from 'vitest'
import { snapshotText } from '../../../cli/snapshot-text.ts'
import { makeSnapshot } from '../../make.ts'

const options = { host: 'web-1', timeZone: 'UTC' }

it('tells the host, its totals, each disk and its processes', () => {
  const snapshot = makeSnapshot({
    disks: [
      ['/', 31],
      ['/var', 94.5],
    ],
  })
  const text = snapshotText(
    {
      ...snapshot,
      processes: { total: 2, byStatus: { running: 1 }, top: [{ pid: 7, name: 'node', rssBytes: 1_048_576 }] },
    },
    options,
  )
  expect(text).toMatch(/^web-1 {2}2026-03-01/)
  for (const part of ['CPU', 'Load', 'Memory', '/var', '94.5', 'running 1', 'node', '1.00'])
    expect(text).toContain(part)
})

it('shows what is missing as missing, and why it is', () => {
  const snapshot = makeSnapshot()
  const text = snapshotText(
    {
      ...snapshot,
      cpu: {},
      memory: {},
      disks: [],
      unavailable: { 'disks:/mnt/nas': 'statfs did not answer in 1000 ms' },
    },
    options,
  )
  expect(text).toMatch(/^CPU +–/m)
  expect(text).toMatch(/^Memory +–/m)
  expect(text).toContain('disks:/mnt/nas: statfs did not answer in 1000 ms')
})

it('lets no name of a process begin a line or command the terminal', () => {
  const snapshot = makeSnapshot()
  const top = [{ pid: 1, name: 'x\n\u001b[2Jy' }]
  const text = snapshotText({ ...snapshot, processes: { top } }, options)
  expect(text).not.toContain('\u001b')
  expect(text).not.toMatch(/^y/m)
})
