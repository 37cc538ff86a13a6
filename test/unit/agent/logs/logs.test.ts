import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { systemClock } from '../../../../adapters/clock/system.ts'
import { silentLog } from '../../../../adapters/log/port.ts'
import { openMetricLogs } from '../../../../agent/logs/logs.ts'
import { makeSettings, makeSnapshot } from '../../../make.ts'

let logDir: string
beforeEach(() => {
  logDir = mkdtempSync(join(tmpdir(), 'vitals-logs-'))
})
afterEach(() => rmSync(logDir, { recursive: true, force: true }))

it('keeps the host, its processes and what crossed in a log each, one JSON object a line', () => {
  const settings = makeSettings({ logDir, host: '<script>' })
  const logs = openMetricLogs({ settings, clock: systemClock, log: silentLog })
  const agent = { collectCpuMs: 1.5 }
  const crossing = { rule: 'disk', metric: 'disk.percent', entity: '/a\nb', value: 95, threshold: 90 }
  logs.observe({ snapshot: makeSnapshot({ agent }), crossings: [{ ...crossing, direction: 'above' }] })
  const lines = (name: string) =>
    readFileSync(join(logDir, name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  const { cpu, memory, disks, processes } = makeSnapshot()
  const usual = { time: '2026-03-01T12:00:00.000Z', host: '<script>' }
  const [system, ...noMore] = lines('system_metrics.log')
  expect(noMore).toEqual([])
  expect(system).toMatchObject({ ...usual, cpu, memory, disks })
  expect(system).not.toHaveProperty('processes')
  expect(lines('app_metrics.log')).toEqual([{ ...usual, processes, agent }])
  expect(lines('alerts.log')).toEqual([
    { ...usual, rule: 'disk', metric: 'disk.percent', entity: '/a\nb', direction: 'above', value: 95, threshold: 90 },
  ])
})
