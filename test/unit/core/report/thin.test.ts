import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEmbeddedRenderer } from '../../../../adapters/charts/embedded.ts'
import type { Chart, Json } from '../../../../core/report/chart.ts'
import { thinLines } from '../../../../core/report/thin.ts'

function chartOf(lines: readonly (readonly (number | null)[])[], type = 'line'): Chart {
  const slots = Math.max(0, ...lines.map((points) => points.length))
  return {
    chart: {
      type,
      data: {
        labels: Array.from({ length: slots }, (_, index) => (index % 100 === 0 ? `${index}` : '')),
        datasets: lines.map((points, index) => ({
          label: `line ${index}`,
          data: [...points],
          borderColor: '#ff0000',
          pointRadius: points.map(() => 0),
        })),
      },
      options: { scales: { x: { ticks: { autoSkip: false } } } },
    },
    width: 600,
    height: 200,
    devicePixelRatio: 1,
    backgroundColor: '#ffffff',
  }
}

interface Dataset {
  data: { x: number; y: number | null }[]
  pointRadius: Json[]
}

function datasetsOf({ chart }: Chart): Dataset[] {
  return (chart.data as unknown as { datasets: Dataset[] }).datasets
}

const wave = (phase: number) => Array.from({ length: 300 }, (_, at) => 50 + 40 * Math.sin(at / 20 + phase))

describe('a chart with fewer points', () => {
  it('has never more than it may, in all its lines', () => {
    const points = fc.array(fc.option(fc.integer({ min: 0, max: 100 })), { maxLength: 300 })
    fc.assert(
      fc.property(fc.array(points, { maxLength: 12 }), fc.integer({ min: 1, max: 400 }), (lines, most) => {
        const count = datasetsOf(thinLines(chartOf(lines), most)).reduce((sum, { data }) => sum + data.length, 0)
        expect(count).toBeLessThanOrEqual(most)
      }),
    )
  })

  it('keeps a threshold in two points, and gives the room to the lines', () => {
    const flat = Array.from({ length: 300 }, () => 80)
    const [line, threshold] = datasetsOf(thinLines(chartOf([wave(0), flat]), 250))
    expect(threshold?.data).toEqual([
      { x: 0, y: 80 },
      { x: 299, y: 80 },
    ])
    expect(line?.data.length).toBeGreaterThan(200)
    expect(line?.pointRadius.length).toBe(line?.data.length)
  })

  it('is left as it is where it has few, and where it has no lines', () => {
    const [few, bars] = [chartOf([wave(0)]), chartOf([wave(0)], 'bar')]
    expect(thinLines(few, 300)).toBe(few)
    expect(thinLines(bars, 100)).toBe(bars)
  })

  it('is drawn with its labels, its line from edge to edge, and its gap', async () => {
    const points = wave(0).map((value, at) => (at > 120 && at < 180 ? null : value))
    const charts = createEmbeddedRenderer()
    const [all, thin] = [chartOf([points]), thinLines(chartOf([points]), 60)]
    const [before, after] = [await redColumns(await charts.render(all)), await redColumns(await charts.render(thin))]
    expect(after.length).toBeGreaterThan(before.length * 0.97)
    expect([after[0], after.at(-1)]).toEqual([before[0], before.at(-1)])
    const middle = after.filter((column) => column > 280 && column < 340)
    expect(middle).toEqual([])
  })
})

/** Columns of the picture in which the line is, below the legend. */
async function redColumns(png: Uint8Array): Promise<number[]> {
  const { createCanvas, loadImage } = await import('@napi-rs/canvas')
  const { width, height } = await loadImage(Buffer.from(png))
  const context = createCanvas(width, height).getContext('2d')
  context.drawImage(await loadImage(Buffer.from(png)), 0, 0)
  const { data } = context.getImageData(0, 0, width, height)
  return Array.from({ length: width }, (_, column) => column).filter((column) => {
    for (let row = 40; row < height; row++) {
      const at = (row * width + column) * 4
      if ((data[at] ?? 0) > 200 && (data[at + 1] ?? 0) < 120 && (data[at + 2] ?? 0) < 120) return true
    }
    return false
  })
}
