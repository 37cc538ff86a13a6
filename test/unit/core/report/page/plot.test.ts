import { expect, it } from 'vitest'
import type { ChartView, ViewTimes } from '../../../../../core/report/page/chart-view.ts'
import { plot } from '../../../../../core/report/page/plot.ts'
import { render } from '../../../../../core/view/html.ts'
import { dark, light } from '../../../../../core/view/theme.ts'

const times: ViewTimes = { timeZone: 'UTC', fromS: 0, toS: 60, slots: [0, 10, 20, 30, 40, 50] }

function drawn(points: (number | null)[], rest: Partial<ChartView> = {}, pointsAtMost = 100): string {
  const colours = { light: light.series.cpu, dark: dark.series.cpu }
  const view = { unit: '%', lines: [{ label: 'CPU', ...colours, points }], levels: [], spans: [], ...rest }
  return render(plot({ view, times, area: { left: 0, top: 0, width: 60, height: 100 }, top: 100, pointsAtMost }))
}

it('draws a line that stops where nothing is known, and shows a point by itself', () => {
  expect(drawn([0, 50, null, 100, null, 20])).toBe('<path class="line s-cpu" d="M0 100L10 50M30 0h0M50 80h0"/>')
})

it('draws nothing of a line without a value, and what is above the scale at its edge', () => {
  expect(drawn([null, null, null, null, null, null])).toBe('')
  expect(drawn([400, null, null, null, null, null])).toContain('M0 0h0')
})

it('shades what is in the period, a short time as well, alerts with a strip above, and dashes thresholds on the scale', () => {
  const level = { label: 'CPU > 80', light: light.series.cpu, dark: dark.series.cpu }
  const marks = drawn([1, 1, 1, 1, 1, 1], {
    spans: [
      { kind: 'gap', label: '', fromS: 10, toS: 20 },
      { kind: 'critical', label: '', fromS: 59.9, toS: 60 },
    ],
    levels: [
      { ...level, value: 80 },
      { ...level, value: 800 },
    ],
  })
  expect(marks).toContain('<rect class="gap" x="10" y="0" width="10" height="100"/>')
  expect(marks).toContain('<rect class="critical" x="59.9" y="0" width="2" height="100"/>')
  expect(marks.match(/class="strip critical"/g)).toHaveLength(1)
  expect(marks).not.toContain('strip gap')
  expect(marks.match(/class="level/g)).toHaveLength(1)
})

it('keeps a peak when there are more points than are drawn', () => {
  const slots = Array.from({ length: 500 }, (_, index) => index)
  const points = slots.map((slot) => (slot === 333 ? 100 : 5))
  const colours = { light: light.series.disk, dark: dark.series.disk }
  const text = render(
    plot({
      view: { unit: '%', lines: [{ label: 'd', ...colours, points }], levels: [], spans: [] },
      times: { timeZone: 'UTC', fromS: 0, toS: 500, slots },
      area: { left: 0, top: 0, width: 500, height: 100 },
      top: 100,
      pointsAtMost: 20,
    }),
  )
  expect(text).toContain('L333 0')
  expect(text.match(/L/g)?.length).toBeLessThan(20)
})
