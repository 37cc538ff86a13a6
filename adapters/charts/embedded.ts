/** Charts drawn here. Nothing leaves the machine. */
import { drawChart, loadCanvas } from './canvas.ts'
import { ChartError, type ChartRenderer, type ChartRequest } from './port.ts'

/** As QuickChart's servers have it. https://quickchart.io/documentation/ */
const longestSidePixels = 3_000

export function createEmbeddedRenderer(): ChartRenderer {
  let loading: ReturnType<typeof loadCanvas> | undefined
  return {
    name: 'embedded',
    render: async (request) => {
      checkSize(request)
      loading ??= loadCanvas()
      try {
        return await drawChart(await loading, request, 'png')
      } catch (cause) {
        throw new ChartError(`embedded renderer: ${(cause as Error).message}`, { cause })
      }
    },
  }
}

function checkSize({ width, height, devicePixelRatio }: ChartRequest): void {
  const pixels = [width, height].map((side) => side * devicePixelRatio)
  if (pixels.every((side) => side >= 1 && side <= longestSidePixels)) return
  throw new ChartError(`chart of ${pixels.join(' x ')} pixels: expected sides from 1 to ${longestSidePixels}`)
}
