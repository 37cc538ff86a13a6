import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createEmbeddedRenderer } from '../../../../adapters/charts/embedded.ts'
import { createFallbackRenderer } from '../../../../adapters/charts/fallback.ts'
import { openCharts } from '../../../../adapters/charts/open.ts'
import { ChartError, type ChartRequest } from '../../../../adapters/charts/port.ts'
import { createQuickChartRenderer, isHosted } from '../../../../adapters/charts/quickchart.ts'
import { silentLog } from '../../../../adapters/log/port.ts'

const request: ChartRequest = {
  chart: { type: 'bar', data: { labels: ['</script>'], datasets: [{ label: 'x', data: [1] }] }, options: {} },
  width: 100,
  height: 50,
  devicePixelRatio: 2,
  backgroundColor: '#ffffff',
}
const png = Buffer.from(await createEmbeddedRenderer().render(request))
const tiny = Buffer.from(
  await createEmbeddedRenderer().render({ ...request, width: 1, height: 1, devicePixelRatio: 1 }),
)
const noWait = { now: () => 0, monotonicMs: () => 0, sleep: async () => {} }
const random = { hex: () => '', fraction: () => 0.5 }

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** A QuickChart server that answers the first call with the first answer, and so on; the last one stays. */
async function serve(...answers: ((response: ServerResponse) => void)[]) {
  const seen: { path: string; body: Record<string, unknown> }[] = []
  const server = createServer(async (incoming: IncomingMessage, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    seen.push({ path: incoming.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString()) })
    const answer = answers[Math.min(seen.length, answers.length) - 1]
    answer?.(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const renderer = createQuickChartRenderer({ url, clock: noWait, random, timeoutMs: 300 })
  return { renderer, seen, url }
}

const good = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'image/png' }).end(png)
const status =
  (code: number, body: string | Buffer = '') =>
  (response: ServerResponse) =>
    response.writeHead(code).end(body)

describe('a QuickChart server', () => {
  it('is sent what its API takes, for Chart.js 4, and gives the picture', async () => {
    const { renderer, seen } = await serve(good)
    expect(Buffer.from(await renderer.render(request)).equals(png)).toBe(true)
    expect(seen).toMatchObject([
      {
        path: '/chart',
        body: { width: 100, height: 50, devicePixelRatio: 2, format: 'png', version: '4', backgroundColor: '#ffffff' },
      },
    ])
    expect(seen[0]?.body.chart).toContain('bar')
  })

  it.each<[what: string, answers: ((response: ServerResponse) => void)[]]>([
    ['429, then fine', [status(429), good]],
    ['503 twice, then fine', [status(503), status(503), good]],
    ['500 with a picture of the error, then fine', [status(500, png), good]],
    ['a reset connection, then fine', [(response) => response.destroy(), good]],
    ['silence, then fine', [() => {}, good]],
    [
      'half a body, then fine',
      [
        (response) =>
          void response
            .writeHead(200, { 'content-length': png.length })
            .write(png.subarray(0, 20), () => response.destroy()),
        good,
      ],
    ],
    [
      'half a body that looks whole, then fine',
      [(response) => response.writeHead(200, { connection: 'close' }).end(png.subarray(0, png.length / 2)), good],
    ],
  ])('is asked again after %s', async (_, answers) => {
    const { renderer, seen } = await serve(...answers)
    expect(Buffer.from(await renderer.render(request)).equals(png)).toBe(true)
    expect(seen).toHaveLength(answers.length)
  })

  it.each<[what: string, answer: (response: ServerResponse) => void, reason: RegExp, calls: number]>([
    ['an HTML page with status 200', (response) => response.writeHead(200).end('<html>sorry</html>'), /no PNG/, 1],
    ['413', status(413), /answered 413/, 1],
    ['a picture of 1 x 1', status(200, tiny), /1 x 1, expected 200 x 100/, 1],
    [
      'a redirect',
      (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      /answered 302: http:\/\/127\.0\.0\.1:1\//,
      1,
    ],
    ['20 MB', status(200, Buffer.alloc(20 * 1024 * 1024)), /more than 10485760 bytes/, 1],
    [
      'a reason in its header',
      (response) => response.writeHead(400, { 'x-quickchart-error': 'too many points' }).end(),
      /answered 400: too many points/,
      1,
    ],
    ['500 for ever', status(500), /answered 500/, 3],
    ['nothing for ever', () => {}, /in time/, 3],
  ])('that answers %s is refused', async (_, answer, reason, calls) => {
    const { renderer, seen } = await serve(answer)
    const error = await renderer.render(request).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ChartError)
    const concerns = calls === 1 ? 'this-chart' : 'every-chart'
    expect(error).toMatchObject({ message: expect.stringMatching(reason), concerns })
    expect(seen).toHaveLength(calls)
  })

  it('with a bound on points is sent no more, in all lines together; the picture keeps its size', async () => {
    const { seen, url } = await serve(good)
    const renderer = createQuickChartRenderer({ url, clock: noWait, random, timeoutMs: 300, pointsAtMost: 250 })
    const line = (phase: number) => Array.from({ length: 288 }, (_, at) => Math.sin(at / 20 + phase))
    const datasets = [0, 1, 2, 3].map((phase) => ({ label: `${phase}`, data: line(phase) }))
    await renderer.render({ ...request, chart: { type: 'line', data: { labels: [], datasets }, options: {} } })
    const points = String(seen[0]?.body.chart).match(/y:/g) ?? []
    expect(points.length).toBeGreaterThan(180)
    expect(points.length).toBeLessThanOrEqual(250)
  })

  it.each([
    ['https://quickchart.io', true],
    ['https://QuickChart.io./', true],
    ['https://eu.quickchart.io', true],
    ['http://quickchart.io.example.com', false],
    ['http://127.0.0.1:3400', false],
  ])('at %s: is it told that data leaves the host? %s', (quickchartUrl, isTold) => {
    expect(isHosted(quickchartUrl)).toBe(isTold)
    const told: string[] = []
    const log = { ...silentLog, warn: (event: string) => void told.push(event) }
    openCharts({ quickchartUrl, clock: noWait, random, log })
    expect(told).toEqual(
      isTold ? ['charts are drawn by quickchart.io: names and figures of hosts leave this machine'] : [],
    )
  })

  it.each<[what: string, answer: (response: ServerResponse) => void]>([
    ['an HTML page', (response) => response.writeHead(200).end('<html>sorry</html>')],
    ['413', status(413)],
    ['nothing for ever', () => {}],
    ['a picture of 1 x 1', status(200, tiny)],
    ['half a picture', status(200, png.subarray(0, 400))],
  ])('that answers %s costs a report no chart', async (_, answer) => {
    const { renderer } = await serve(answer)
    const charts = createFallbackRenderer({
      renderers: [renderer, createEmbeddedRenderer()],
      clock: noWait,
      log: silentLog,
    })
    expect(Buffer.from(await charts.render(request)).equals(png)).toBe(true)
  })

  it('that is not there is replaced by charts drawn here', async () => {
    const quickchartUrl = 'http://127.0.0.1:1'
    const charts = openCharts({ quickchartUrl, clock: noWait, random, log: silentLog })
    expect(Buffer.from(await charts.render(request)).equals(png)).toBe(true)
  })
})
