/** Draws the chart of bench/charts.ts N times in this process; prints the mean milliseconds of one after the first. */
import { createEmbeddedRenderer } from '../adapters/charts/embedded.ts'
import type { ChartRequest } from '../adapters/charts/port.ts'

const wave = (phase: number) => Array.from({ length: 288 }, (_, index) => 50 + 40 * Math.sin(index / 20 + phase))
const request: ChartRequest = {
  chart: {
    type: 'line',
    data: {
      labels: Array.from({ length: 288 }, (_, index) => String(index)),
      datasets: [0, 1, 2, 3].map((phase) => ({ label: `series ${phase}`, data: wave(phase), pointRadius: 0 })),
    },
    options: {},
  },
  width: 800,
  height: 300,
  devicePixelRatio: 2,
  backgroundColor: '#ffffff',
}

const count = Number(process.argv[2])
const charts = createEmbeddedRenderer()
await charts.render(request)
const start = performance.now()
for (let chart = 0; chart < count; chart++) await charts.render(request)
if (count > 0) console.log((performance.now() - start) / count)
