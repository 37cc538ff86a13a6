/**
 * Charts drawn here: Chart.js on a canvas without a browser, with fonts of our own. Nothing leaves the machine, and nothing
 * in a configuration is ever run: it is plain JSON.
 */
import { createRequire } from 'node:module'
import { encodePng } from './png.ts'
import { ChartError, type ChartRenderer, type ChartRequest } from './port.ts'

/** As QuickChart's servers have it. https://quickchart.io/documentation/ */
const longestSidePixels = 3_000
const fontFamily = 'DejaVu Sans'
const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'] as const

export function createEmbeddedRenderer(): ChartRenderer {
  let loading: ReturnType<typeof load> | undefined
  return {
    name: 'embedded',
    render: async (request) => {
      checkSize(request)
      loading ??= load()
      try {
        return await draw(await loading, request)
      } catch (cause) {
        throw new ChartError(`embedded renderer: ${(cause as Error).message}`, { cause })
      }
    },
  }
}

/** Loaded when the first chart is drawn: 80 ms and 40 MB that most runs don't need. */
async function load() {
  // System fonts differ from machine to machine, and on Lambda there are none: then text is missing without an error.
  process.env.DISABLE_SYSTEM_FONTS_LOAD = '1'
  const [canvas, { Chart }] = await Promise.all([import('@napi-rs/canvas'), import('chart.js/auto')])
  const require = createRequire(import.meta.url)
  for (const file of fontFiles) {
    canvas.GlobalFonts.registerFromPath(require.resolve(`dejavu-fonts-ttf/ttf/${file}`), fontFamily)
  }
  if (!canvas.GlobalFonts.has(fontFamily))
    throw new ChartError(`the font ${fontFamily} could not be loaded: charts would have no text`)
  Chart.defaults.font.family = fontFamily
  Chart.defaults.animation = false
  Chart.defaults.responsive = false
  return { createCanvas: canvas.createCanvas, Chart }
}

async function draw(
  { createCanvas, Chart }: Awaited<ReturnType<typeof load>>,
  { chart: config, width, height, devicePixelRatio, backgroundColor }: ChartRequest,
): Promise<Uint8Array> {
  const canvas = createCanvas(width, height)
  const background = {
    id: 'background',
    beforeDraw: ({ ctx, width: right, height: bottom }: { ctx: CanvasFill; width: number; height: number }) => {
      ctx.save()
      ctx.fillStyle = backgroundColor
      ctx.fillRect(0, 0, right, bottom)
      ctx.restore()
    },
  }
  const copy = structuredClone(config)
  const options = { ...(copy.options as object), devicePixelRatio, animation: false, responsive: false }
  try {
    // The types of Chart.js know browsers only; its platform for everything else takes any canvas.
    new Chart(canvas as never, { ...copy, options, plugins: [background] } as never)
    const rgba = canvas.data()
    // Both compress on a thread of their own: meanwhile an agent of the same process would miss its moment.
    return isOpaque(rgba)
      ? await encodePng({ rgba, width: canvas.width, height: canvas.height })
      : await canvas.encode('png')
  } finally {
    // Also where the constructor threw: by then it is on the list of charts, and would stay there.
    Chart.getChart(canvas as never)?.destroy()
  }
}

/** At its corners: a background covers everything or nothing. */
function isOpaque(rgba: Uint8Array): boolean {
  return rgba[3] === 255 && rgba.at(-1) === 255
}

interface CanvasFill {
  save(): void
  restore(): void
  fillStyle: string
  fillRect(x: number, y: number, width: number, height: number): void
}

function checkSize({ width, height, devicePixelRatio }: ChartRequest): void {
  const pixels = [width, height].map((side) => side * devicePixelRatio)
  if (pixels.every((side) => side >= 1 && side <= longestSidePixels)) return
  throw new ChartError(`chart of ${pixels.join(' x ')} pixels: expected sides from 1 to ${longestSidePixels}`)
}
