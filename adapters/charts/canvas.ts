/** Chart.js on a canvas without a browser, with fonts of our own. Nothing in a configuration is ever run. */
import { createRequire } from 'node:module'
import type { SvgCanvas, SvgExportFlag } from '@napi-rs/canvas'
import { encodePng } from './png.ts'
import { ChartError, type ChartRequest } from './port.ts'

export const pictureFormats = ['png', 'svg', 'webp'] as const
export type PictureFormat = (typeof pictureFormats)[number]

const fontFamily = 'DejaVu Sans'
const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'] as const
/** SvgExportFlag.NoPrettyXML, which is a type only. Text stays text. */
const compactSvg = 2 as SvgExportFlag

export type Canvas = Awaited<ReturnType<typeof loadCanvas>>

/** For when the first chart is drawn: 80 ms and 40 MB that most runs don't need. */
export async function loadCanvas() {
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
  leaveOutEmptyTicks(Chart)
  return { createCanvas: canvas.createCanvas, Chart }
}

/**
 * A time axis has a label a slot, most of them empty: Chart.js would ask the options of each, measure it and draw it. What has
 * no label is left out where its grid line is not drawn either and every label is kept.
 */
function leaveOutEmptyTicks({ defaults }: Pick<typeof import('chart.js/auto').Chart, 'defaults'>): void {
  const { ticks } = defaults.scales.category
  const labelOf = ticks.callback
  ticks.callback = function (...tick) {
    const label = labelOf.apply(this, tick)
    const { grid, ticks } = this.options as { grid?: { display?: boolean }; ticks?: { autoSkip?: boolean } }
    return label === '' && grid?.display === false && ticks?.autoSkip === false ? null : label
  }
}

/** Throws what Chart.js throws at a configuration that it can't draw. An SVG has no pixel ratio. */
export async function drawChart(
  { createCanvas, Chart }: Canvas,
  { chart: config, width, height, devicePixelRatio: wantedRatio, backgroundColor }: ChartRequest,
  format: PictureFormat,
): Promise<Uint8Array> {
  const devicePixelRatio = format === 'svg' ? 1 : wantedRatio
  const canvas = format === 'svg' ? createCanvas(width, height, compactSvg) : createCanvas(width, height)
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
    if (isSvg(canvas)) return canvas.getContent()
    // All of them compress on a thread of their own: meanwhile an agent of the same process would miss its moment.
    if (format === 'webp') return await canvas.encode('webp')
    const rgba = canvas.data()
    if (!isOpaque(rgba)) return await canvas.encode('png')
    const png = encodePng({ rgba, width: canvas.width, height: canvas.height })
    // It has read the pixels. These megabytes, and the canvas's, would else wait until the collector comes for hundreds of them.
    if (rgba.buffer instanceof ArrayBuffer) rgba.buffer.transfer(0)
    return await png
  } finally {
    // Also where the constructor threw: by then it is on the list of charts, and would stay there.
    Chart.getChart(canvas as never)?.destroy()
    canvas.width = 1
    canvas.height = 1
  }
}

function isSvg(canvas: object): canvas is SvgCanvas {
  return 'getContent' in canvas
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
