/** The page's script: each picture that has data becomes a chart that answers. Without it the pictures stay. */
import type { ChartView, ViewTimes } from '../../../core/report/page/chart-view.ts'
import { openChart } from './chart.ts'

const times = parse<ViewTimes>(document.getElementById('times'))
if (times) {
  for (const figure of document.querySelectorAll('figure')) {
    const view = parse<ChartView>(figure.querySelector('script'))
    if (view) openChart({ figure, view, times })
  }
}

function parse<Value>(element: Element | null): Value | undefined {
  const text = element?.textContent
  return text ? (JSON.parse(text) as Value) : undefined
}
