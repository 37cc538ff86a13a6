/** One chart of a day beside matplotlib: the same four lines of 288 points, the same number of pixels. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createEmbeddedRenderer } from '../adapters/charts/embedded.ts'
import { pythonWith } from './python.ts'

const rounds = 5
const chartsPerRound = 10

export async function benchCharts(): Promise<void> {
  console.log('\ncharts: four lines of 288 points, 1600 x 600 pixels')
  const python = pythonWith('matplotlib')
  const charts = createEmbeddedRenderer()
  const wave = (phase: number) => Array.from({ length: 288 }, (_, index) => 50 + 40 * Math.sin(index / 20 + phase))
  const datasets = [0, 1, 2, 3].map((phase) => ({ label: `series ${phase}`, data: wave(phase), pointRadius: 0 }))
  const labels = Array.from({ length: 288 }, (_, index) => String(index))
  const request = {
    chart: { type: 'line', data: { labels, datasets }, options: {} },
    width: 800,
    height: 300,
    devicePixelRatio: 2,
    backgroundColor: '#ffffff',
  }
  await charts.render(request)
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    for (let chart = 0; chart < chartsPerRound; chart++) await charts.render(request)
    const ours = (performance.now() - start) / chartsPerRound
    const script = join(import.meta.dirname, 'peers', 'matplotlib-chart.py')
    const peer = spawnSync(python, [script, String(chartsPerRound)], { encoding: 'utf8' })
    if (peer.status !== 0) throw new Error(`matplotlib: ${peer.stderr}`)
    ratios.push(Number(peer.stdout) / ours)
  }
  ratios.sort((a, b) => a - b)
  const [least, median, most] = [ratios[0], ratios[Math.floor(rounds / 2)], ratios.at(-1)]
  console.log(
    `  matplotlib takes ${median?.toFixed(1)} times as long (${least?.toFixed(1)} to ${most?.toFixed(1)} in ${rounds} rounds of ${chartsPerRound}, both warm)`,
  )
}
