import { createCanvas, loadImage } from '@napi-rs/canvas'
import { Chart } from 'chart.js/auto'
import { describe, expect, it } from 'vitest'
import { createEmbeddedRenderer } from '../../../../adapters/charts/embedded.ts'
import { ChartError, type ChartRequest } from '../../../../adapters/charts/port.ts'

const charts = createEmbeddedRenderer()

function request({ labels = ['a', 'b', 'c'], data = [1, 2, 3] as (number | null)[], ...rest } = {}): ChartRequest {
  return {
    chart: {
      type: 'line',
      data: { labels, datasets: [{ label: 'CPU', data, borderColor: '#ff0000', pointRadius: 0 }] },
      options: {},
    },
    width: 400,
    height: 200,
    devicePixelRatio: 2,
    backgroundColor: '#ffffff',
    ...rest,
  }
}

async function pixels(png: Uint8Array) {
  const image = await loadImage(Buffer.from(png))
  const context = createCanvas(image.width, image.height).getContext('2d')
  context.drawImage(image, 0, 0)
  return { width: image.width, height: image.height, data: context.getImageData(0, 0, image.width, image.height).data }
}

/** Pixels that are clearly of this colour. */
function countOf(data: Uint8ClampedArray, [r, g, b]: readonly [number, number, number]): number {
  let count = 0
  for (let at = 0; at < data.length; at += 4) {
    const distance =
      Math.abs((data[at] ?? 0) - r) + Math.abs((data[at + 1] ?? 0) - g) + Math.abs((data[at + 2] ?? 0) - b)
    if (distance < 60) count += 1
  }
  return count
}

describe('the embedded renderer', () => {
  it('draws a PNG of the size asked for, times the pixel ratio, on the background asked for', async () => {
    const { width, height, data } = await pixels(await charts.render(request({ backgroundColor: '#171c24' } as object)))
    expect([width, height]).toEqual([800, 400])
    expect([...data.slice(0, 4)]).toEqual([0x17, 0x1c, 0x24, 255])
  })

  it('leaves out the background that is asked to be transparent', async () => {
    const { data } = await pixels(await charts.render(request({ backgroundColor: 'transparent' } as object)))
    expect(data[3]).toBe(0)
  })

  it('draws text: a chart with labels differs from one without', async () => {
    const dark = async (labels: string[]) => {
      const { data } = await pixels(await charts.render(request({ labels, data: [null, null, null] })))
      return countOf(data, [102, 102, 102])
    }
    expect(await dark(['monday', 'tuesday', 'friday'])).toBeGreaterThan((await dark(['', '', ''])) + 100)
  })

  it('draws letters beyond ASCII, and not the same box for each', async () => {
    const drawn = async (label: string) =>
      Buffer.from(await charts.render(request({ labels: [label, '', ''] }))).toString('base64')
    expect(await drawn('Žluťoučký')).not.toBe(await drawn('Ωμέγα абв'))
  })

  it('leaves a gap where there is no data', async () => {
    const red = async (data: (number | null)[]) =>
      countOf(
        (await pixels(await charts.render(request({ labels: ['1', '2', '3', '4', '5'], data })))).data,
        [255, 0, 0],
      )
    expect(await red([1, 1, null, 1, 1])).toBeLessThan((await red([1, 1, 1, 1, 1])) * 0.7)
  })

  it('leaves out the empty labels of a time axis without moving anything else', async () => {
    const options = { scales: { x: { grid: { display: false }, ticks: { autoSkip: false, maxRotation: 0 } } } }
    const datasets = [{ data: Array.from({ length: 48 }, (_, index) => index % 7) }]
    const drawn = async (empty: string | string[]) => {
      const labels = datasets[0]?.data.map((_, index) => (index % 12 === 6 ? `${index}:00` : empty)) ?? []
      const picture = await charts.render({
        ...request(),
        chart: { type: 'line', data: { labels, datasets }, options },
      })
      return Buffer.from(picture).toString('base64')
    }
    const oneEmptyLine = ['']
    expect(await drawn('')).toBe(await drawn(oneEmptyLine))
  })

  it('runs nothing that stands in a configuration', async () => {
    const hostile = request({ labels: ['(() => { globalThis.wasRun = true })()', 'process.exit(1)', '<script>'] })
    await charts.render(hostile)
    expect('wasRun' in globalThis).toBe(false)
  })

  it.each([
    [0, 100],
    [100, 0],
    [2_000, 100],
    [Number.NaN, 100],
  ])('refuses a picture of %d x %d', async (width, height) => {
    await expect(charts.render({ ...request(), width, height })).rejects.toThrow(ChartError)
  })

  it('keeps nothing of a chart, drawn or failed', async () => {
    await charts.render(request())
    const impossible = { ...request(), chart: { type: 'no-such-chart', data: { datasets: [{ data: [1] }] } } }
    await expect(charts.render(impossible)).rejects.toThrow(ChartError)
    expect(Object.keys(Chart.instances)).toEqual([])
  })
})
