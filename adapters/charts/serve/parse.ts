/**
 * What a request to QuickChart's API asks for. A chart's configuration is read as JSON5, which holds what the clients send
 * (JavaScript's object literals) and nothing that could be run: a function is an error.
 * https://quickchart.io/documentation/
 */
import JSON5 from 'json5'
import type { Json } from '../../../core/report/chart.ts'
import { type PictureFormat, pictureFormats } from '../canvas.ts'
import type { ChartRequest } from '../port.ts'

/** By name, as in a query string or a body. */
export type Parameters = Readonly<Record<string, unknown>>

export interface PictureRequest {
  request: ChartRequest
  format: PictureFormat
}

/** Said to who asked: in a header, and in the picture. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
}

const longestSidePixels = 3_000
/** 3,000 x 3,000: what is drawn of one chart, 36 MB of colours. */
const pixelsAtMost = 9_000_000
const pointsAtMost = 10_000
const valuesAtMost = 50_000
const deepest = 32

/** Absent and unknown formats: what an error is drawn in. */
export function formatOf(given: Parameters): PictureFormat {
  const wanted = String(given.f ?? given.format ?? 'png').toLowerCase()
  return pictureFormats.find((one) => one === wanted) ?? 'png'
}

/** Throws a `RequestError`. `devicePixelRatio` is 2 where it isn't given, as at QuickChart. */
export function parseRequest(given: Parameters): PictureRequest {
  const wanted = String(given.f ?? given.format ?? 'png').toLowerCase()
  const format = formatOf(given)
  if (format !== wanted) throw new RequestError(`Unsupported format ${wanted}: expected ${pictureFormats.join(', ')}`)
  const chart = configOf(given.c ?? given.chart, String(given.encoding ?? 'url'))
  const width = numberOf(given, ['w', 'width'], { usual: 500, most: longestSidePixels })
  const height = numberOf(given, ['h', 'height'], { usual: 300, most: longestSidePixels })
  const devicePixelRatio = numberOf(given, ['devicePixelRatio'], { usual: 2, most: 10 })
  const pixels = width * height * devicePixelRatio ** 2
  if (pixels > pixelsAtMost || Math.min(width, height) * devicePixelRatio < 1) {
    throw new RequestError(`${width} x ${height} at ${devicePixelRatio} is ${pixels} pixels: expected ${pixelsAtMost}`)
  }
  const backgroundColor = String(given.backgroundColor ?? given.bkg ?? 'transparent')
  return { request: { chart, width, height, devicePixelRatio, backgroundColor }, format }
}

function numberOf(
  given: Parameters,
  names: readonly string[],
  { usual, most }: { usual: number; most: number },
): number {
  const value = names.map((name) => given[name]).find((one) => one !== undefined && one !== '')
  const number = Number(value ?? usual)
  if (number > 0 && number <= most) return number
  throw new RequestError(`${names.at(-1)} ${String(value)}: expected a number above 0, and at most ${most}`)
}

function configOf(given: unknown, encoding: string): ChartRequest['chart'] {
  if (given === undefined || given === '') throw new RequestError('You are missing variable `c` or `chart`')
  const text = typeof given === 'string' && encoding === 'base64' ? Buffer.from(given, 'base64').toString() : given
  const config = typeof text === 'string' ? parseLiteral(text) : text
  if (!isObject(config)) throw new RequestError('the chart is no object: expected a configuration of Chart.js')
  checkBounds(config)
  return config as ChartRequest['chart']
}

function parseLiteral(text: string): unknown {
  try {
    return JSON5.parse(text)
  } catch (error) {
    const reason = (error as Error).message.replace('JSON5: ', '')
    throw new RequestError(`${reason}: expected JSON or an object literal; JavaScript is not run here`)
  }
}

/** Counts without recursion: a text of a few kB can nest deeper than the stack. */
function checkBounds(config: object): void {
  const open: { value: unknown; depth: number }[] = [{ value: config, depth: 0 }]
  let values = 0
  let points = 0
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth } = next
    values += 1
    if (values > valuesAtMost) throw new RequestError(`more than ${valuesAtMost} values in the chart`)
    if (depth > deepest) throw new RequestError(`the chart is nested deeper than ${deepest}`)
    if (typeof value !== 'object' || value === null) continue
    for (const [key, inner] of Object.entries(value)) {
      if (key === '__proto__') throw new RequestError('__proto__ in the chart: expected data')
      if (key === 'data' && Array.isArray(inner)) points += inner.length
      open.push({ value: inner, depth: depth + 1 })
    }
    if (points > pointsAtMost) throw new RequestError(`${points} points: expected ${pointsAtMost} at most`)
  }
}

function isObject(value: unknown): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
