import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chartView, scriptJson, spansOf } from '../../../../../core/report/page/chart-view.ts'
import type { HostReport, Report } from '../../../../../core/report/report.ts'
import { dark, light } from '../../../../../core/view/theme.ts'

const report = { period: { fromMs: 10_000, toMs: 20_000 } } as Report
const quiet = { alerts: [], gaps: [] }

describe('the data of a chart', () => {
  it('is JSON in which nothing a host sent can end the script element or open another', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('</script>', '<!--<script>', '\u2028</SCRIPT ')), (name) => {
        const text = scriptJson({ name })
        expect(text).not.toContain('<')
        expect(JSON.parse(text)).toEqual({ name })
      }),
    )
  })

  it('has a line in both palettes, a threshold as one value, and nothing where nothing is known', () => {
    const view = chartView(({ palette }) => ({
      unit: '%',
      lines: [
        { label: 'CPU', points: [1.23456, null, 3], colour: palette.series.cpu },
        { label: 'CPU > 80', points: [80, 80, 80], colour: palette.series.cpu, dashed: true },
      ],
    }))
    const colours = { light: light.series.cpu, dark: dark.series.cpu }
    expect(view.lines).toEqual([{ label: 'CPU', ...colours, points: [1.235, null, 3] }])
    expect(view.levels).toEqual([{ label: 'CPU > 80', ...colours, value: 80 }])
  })

  it('shades what lies in the period: what began before is cut, what is open reaches its end', () => {
    const alert = {
      incident: 'a',
      rule: 'disk',
      entity: '/',
      severity: 'critical',
      startedAtMs: 5_000,
      reason: '',
    } as const
    const gaps = [
      { fromMs: 1_000, toMs: 9_000, reason: 'before' },
      { fromMs: 12_000, toMs: 13_000, reason: 'off\u202e' },
    ]
    expect(spansOf({ ...quiet, alerts: [alert], gaps } as unknown as HostReport, report)).toEqual([
      { kind: 'gap', label: 'off\ufffd', fromS: 12, toS: 13 },
      { kind: 'critical', label: 'disk /', fromS: 10, toS: 20 },
    ])
  })

  it('has so many shades at most', () => {
    const gaps = Array.from({ length: 9_000 }, (_, index) => ({ fromMs: 10_000 + index, toMs: 20_000, reason: '' }))
    expect(spansOf({ ...quiet, gaps } as unknown as HostReport, report)).toHaveLength(200)
  })
})
