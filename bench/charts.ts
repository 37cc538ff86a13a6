/** One chart of a day beside matplotlib: the same four lines of 288 points, the same number of pixels. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pythonWith } from './python.ts'

const rounds = 5
const chartsPerRound = 20

/** Both draw in processes of their own, in turns, so that what else the machine does meets both. */
export async function benchCharts(): Promise<void> {
  console.log('\ncharts: four lines of 288 points, 1600 x 600 pixels, beside matplotlib')
  const ours = [process.execPath, join(import.meta.dirname, 'one-chart.ts')] as const
  const theirs = [pythonWith('matplotlib'), join(import.meta.dirname, 'peers', 'matplotlib-chart.py')] as const
  compare('warm', () => [warmMs(ours), warmMs(theirs)])
  compare('one, with the start of its process', () => [onceMs(ours), onceMs(theirs)])
}

type Program = readonly [command: string, script: string]

function compare(what: string, measure: () => [oursMs: number, theirsMs: number]): void {
  measure()
  const measured = Array.from({ length: rounds }, measure)
  const ratios = spread(measured.map(([ours, theirs]) => theirs / ours))
  const ours = spread(measured.map(([ms]) => ms))
  const theirs = spread(measured.map(([, ms]) => ms))
  console.log(`  ${what}: ours ${ours} ms, matplotlib ${theirs} ms, ${ratios} times as long`)
}

function warmMs([command, script]: Program): number {
  return Number(run(command, script, chartsPerRound))
}

function onceMs([command, script]: Program): number {
  const start = performance.now()
  run(command, script, 0)
  return performance.now() - start
}

function run(command: string, script: string, count: number): string {
  const { status, stdout, stderr } = spawnSync(command, [script, String(count)], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${script}: ${stderr}`)
  return stdout
}

/** `median (least to most)` */
function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b)
  const shown = (value: number | undefined) => value?.toFixed(value >= 10 ? 0 : 1)
  return `${shown(sorted[Math.floor(sorted.length / 2)])} (${shown(sorted[0])} to ${shown(sorted.at(-1))})`
}
