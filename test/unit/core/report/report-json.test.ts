import { describe, expect, it } from 'vitest'
import type { HostReport, Report } from '../../../../core/report/report.ts'
import { reportJson } from '../../../../core/report/report-json.ts'

const host = (name: string): HostReport => ({
  host: name,
  coverage: { snapshots: 0 },
  metrics: [],
  processes: [],
  alerts: [],
  gaps: [],
})

describe('report.json', () => {
  it.each([[[]], [['web-1']], [['web-1', ']}', 'ü\u202e"\n', '\u{1f600}']]])('holds the report of %j', (names) => {
    const report: Report = {
      v: 1,
      generatedAtMs: 0,
      timeZone: 'UTC',
      period: { fromMs: 0, toMs: 1 },
      resolution: '5m',
      thresholds: { cpuPercent: 80, memoryPercent: 85, diskPercent: 90 },
      summary: ']}',
      hosts: names.map(host),
      slots: [0],
      problems: ['[]}'],
    }
    expect(JSON.parse(Buffer.from(reportJson(report)).toString())).toEqual(report)
  })
})
