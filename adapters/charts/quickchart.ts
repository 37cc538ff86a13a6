/**
 * Charts drawn by a QuickChart server. quickchart-js words the request; we send it, since quickchart-js knows no deadline
 * and no second try, and takes an error page for an image. https://quickchart.io/documentation/#post-endpoint
 */
import QuickChart from 'quickchart-js'
import { thinLines } from '../../core/report/thin.ts'
import { fullJitterMs } from '../clock/jitter.ts'
import type { Clock, Random } from '../clock/port.ts'
import { ChartError, type ChartRenderer, type ChartRequest } from './port.ts'

export interface QuickChartOptions {
  /** `https://quickchart.io`, or where a server of one's own is. */
  url: string
  clock: Clock
  random: Random
  timeoutMs?: number
  /** In all lines of a chart together; more are thinned. Default: as many as quickchart.io takes, or all. */
  pointsAtMost?: number
}

const retry = { tries: 3, baseMs: 300, capMs: 3_000 }
const largestBytes = 10 * 1024 * 1024
const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** The last chunk of every PNG: without it the end is missing. https://www.w3.org/TR/png-3/#11IEND */
const pngEnd = Buffer.from([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82])

type Answer = { png: Uint8Array } | { refused: string; mayRetry: boolean }

/** Of one chart, without an account. https://github.com/typpo/quickchart-python/issues/8 */
const hostedPoints = 250

/** The service of quickchart.io: what it is sent leaves the host for somebody else's. */
export function isHosted(url: string): boolean {
  return /(?:^|\.)quickchart\.io\.?$/.test(new URL(url).hostname)
}

export function createQuickChartRenderer({
  url,
  clock,
  random,
  timeoutMs = 10_000,
  pointsAtMost = isHosted(url) ? hostedPoints : Number.POSITIVE_INFINITY,
}: QuickChartOptions): ChartRenderer {
  const endpoint = `${url.replace(/\/+$/, '')}/chart`
  return {
    name: url,
    render: async (request, { signal } = {}) => {
      const body = JSON.stringify(postData(thinLines(request, pointsAtMost)))
      let refused = ''
      let concerns: ChartError['concerns'] = 'every-chart'
      for (let attempt = 1; attempt <= retry.tries; attempt++) {
        if (attempt > 1) await clock.sleep(fullJitterMs(retry, attempt, random), signal)
        if (signal?.aborted) throw new ChartError(`QuickChart server ${url}: given up`)
        const deadline = AbortSignal.timeout(timeoutMs)
        const answer = await ask(endpoint, body, request, signal ? AbortSignal.any([deadline, signal]) : deadline)
        if ('png' in answer) return answer.png
        refused = answer.refused
        if (answer.mayRetry) continue
        concerns = 'this-chart'
        break
      }
      throw new ChartError(`QuickChart server ${url}: ${refused}`, { concerns })
    },
  }
}

/** Its types name the module where the class is. */
const Builder = QuickChart as unknown as new () => {
  setConfig(config: object): unknown
  setWidth(width: number): unknown
  setHeight(height: number): unknown
  setDevicePixelRatio(ratio: number): unknown
  setBackgroundColor(colour: string): unknown
  setVersion(version: string): unknown
  setFormat(format: string): unknown
  getPostData(): object
}

function postData({ chart, width, height, devicePixelRatio, backgroundColor }: ChartRequest): object {
  const builder = new Builder()
  builder.setConfig(chart)
  builder.setWidth(width)
  builder.setHeight(height)
  builder.setDevicePixelRatio(devicePixelRatio)
  builder.setBackgroundColor(backgroundColor)
  builder.setVersion('4')
  builder.setFormat('png')
  return builder.getPostData()
}

async function ask(url: string, body: string, request: ChartRequest, signal: AbortSignal): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      // Followed, it could lead the figures anywhere, and as a GET without them.
      redirect: 'manual',
      signal,
    })
    if (!response.ok) {
      await response.body?.cancel()
      const { status } = response
      return { refused: `answered ${status}${reasonOf(response)}`, mayRetry: status === 429 || status >= 500 }
    }
    const png = await readBounded(response)
    return png ? checkPng(png, request) : { refused: `answered more than ${largestBytes} bytes`, mayRetry: false }
  } catch (error) {
    const { name, message, cause } = error as Error
    const reason = name === 'TimeoutError' ? 'did not answer in time' : cause instanceof Error ? cause.message : message
    return { refused: reason, mayRetry: true }
  }
}

/** Where its servers say what was wrong with a chart; often empty. */
function reasonOf({ headers, status }: Response): string {
  const said = status >= 300 && status < 400 ? headers.get('location') : headers.get('x-quickchart-error')
  return said ? `: ${said.slice(0, longestReason)}` : ''
}

const longestReason = 200

/** `undefined`: too many. */
async function readBounded(response: Response): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > largestBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** A PNG of the size that was asked for: servers answer errors with pictures too. */
function checkPng(png: Buffer, { width, height, devicePixelRatio }: ChartRequest): Answer {
  if (png.length < 24 || !png.subarray(0, 8).equals(pngSignature)) {
    return { refused: `answered with something that is no PNG (${png.length} bytes)`, mayRetry: false }
  }
  if (!png.subarray(-pngEnd.length).equals(pngEnd)) {
    return { refused: `answered with a picture whose end is missing (${png.length} bytes)`, mayRetry: true }
  }
  const [actualWidth, actualHeight] = [png.readUInt32BE(16), png.readUInt32BE(20)]
  const [wantedWidth, wantedHeight] = [Math.floor(width * devicePixelRatio), Math.floor(height * devicePixelRatio)]
  if (actualWidth === wantedWidth && actualHeight === wantedHeight) return { png }
  const reason = `answered with a picture of ${actualWidth} x ${actualHeight}, expected ${wantedWidth} x ${wantedHeight}`
  return { refused: reason, mayRetry: false }
}
