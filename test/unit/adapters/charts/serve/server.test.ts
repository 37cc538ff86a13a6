import { request as send } from 'node:http'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChartServer, startChartServer } from '../../../../../adapters/charts/serve/server.ts'

let server: ChartServer
beforeAll(async () => {
  server = await startChartServer({ port: 0, version: '1.2.3' })
})
afterAll(async () => {
  await server.stop()
})

const config = `{type:'bar',data:{labels:['a','b'],datasets:[{label:'CPU & friends',data:[1,2],backgroundColor:'#ff0000'}]}}`

function get(parameters: Record<string, string>): Promise<Response> {
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return fetch(`${server.url}/chart?${query.join('&')}`)
}

function post(body: object | string): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return fetch(`${server.url}/chart`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: text })
}

async function sizeOf(response: Response | Uint8Array): Promise<[number, number]> {
  const bytes = response instanceof Uint8Array ? response : new Uint8Array(await response.arrayBuffer())
  const { width, height } = await loadImage(Buffer.from(bytes))
  return [width, height]
}

describe('the API of QuickChart, served here', () => {
  it.each([
    ['c, w, h, bkg, f', { c: config, w: '300', h: '150', bkg: '#00ff00', f: 'png', v: '4' }, [600, 300]],
    [
      'chart, width, height, backgroundColor, format',
      { chart: config, width: '300', height: '150', backgroundColor: '#00ff00', format: 'png', version: '2.9.4' },
      [600, 300],
    ],
    ['devicePixelRatio', { c: config, w: '300', h: '150', devicePixelRatio: '1', bkg: '#00ff00' }, [300, 150]],
    [
      'base64',
      { c: Buffer.from(config).toString('base64'), encoding: 'base64', w: '300', h: '150', bkg: '#00ff00' },
      [600, 300],
    ],
  ])('takes %s', async (_, parameters, size) => {
    const response = await get(parameters)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png'])
    const image = await loadImage(Buffer.from(await response.arrayBuffer()))
    expect([image.width, image.height]).toEqual(size)
    const context = createCanvas(image.width, image.height).getContext('2d')
    context.drawImage(image, 0, 0)
    expect([...context.getImageData(0, 0, 1, 1).data]).toEqual([0, 255, 0, 255])
  })

  it('draws 500 x 300 at twice the pixels where nothing is said', async () => {
    expect(await sizeOf(await get({ c: config }))).toEqual([1000, 600])
  })

  it('takes a body as text or as an object, and as a form', async () => {
    const object = { type: 'bar', data: { labels: ['a'], datasets: [{ data: [1] }] } }
    expect(await sizeOf(await post({ chart: object, width: 200, height: 100, devicePixelRatio: 1 }))).toEqual([
      200, 100,
    ])
    expect(await sizeOf(await post({ c: config, w: 200, h: 100, devicePixelRatio: 1 }))).toEqual([200, 100])
    const body = new URLSearchParams({ c: config, w: '200', h: '100', devicePixelRatio: '1' })
    expect(await sizeOf(await fetch(`${server.url}/chart`, { method: 'POST', body }))).toEqual([200, 100])
  })

  it('draws SVG in which text is text, and WebP', async () => {
    const svg = await get({ c: config, f: 'svg', w: '300', h: '150' })
    expect(svg.headers.get('content-type')).toBe('image/svg+xml')
    const text = await svg.text()
    expect(text).toMatch(/<svg[^>]* width="300" height="150"/)
    expect(text).toContain('CPU &amp; friends</text>')
    const webp = await post({ chart: config, format: 'webp', width: 300, height: 150 })
    expect(webp.headers.get('content-type')).toBe('image/webp')
    const bytes = Buffer.from(await webp.arrayBuffer())
    expect(bytes.subarray(8, 12).toString()).toBe('WEBP')
    expect(await sizeOf(bytes)).toEqual([600, 300])
  })

  it('says that it is well', async () => {
    const response = await fetch(`${server.url}/healthcheck`)
    expect(await response.json()).toEqual({ success: true, version: '1.2.3' })
  })

  it('draws a hundred charts that are asked for at once', async () => {
    const asked = Array.from({ length: 100 }, () => get({ c: config, w: '200', h: '100', devicePixelRatio: '1' }))
    const sizes = await Promise.all(asked.map(async (one) => (await sizeOf(await one)).join()))
    expect(new Set(sizes)).toEqual(new Set(['200,100']))
  }, 60_000)
})

describe('a request that can not be served', () => {
  const deep = `${'['.repeat(2_000)}${']'.repeat(2_000)}`
  it.each<[what: string, parameters: Record<string, string>, reason: RegExp]>([
    ['without a chart', {}, /missing variable `c` or `chart`/],
    ['that is cut', { c: config.slice(0, 40) }, /invalid end of input/],
    ['with a function', { c: `{type:'bar',options:{onClick:function(){}}}` }, /JavaScript is not run here/],
    ['with an arrow', { c: `{type:'bar',data:(()=>1)()}` }, /JavaScript is not run here/],
    ['with a call', { c: `process.exit(1)` }, /JavaScript is not run here/],
    ['for the prototype of all objects', { c: `{type:'bar',"__proto__":{polluted:1}}` }, /__proto__/],
    ['that nests without end', { c: `{type:'bar',data:${deep}}` }, /nested deeper than 32/],
    ['of a type that is none', { c: `{type:'no-such-chart',data:{datasets:[{data:[1]}]}}` }, /not a registered/],
    ['that is a list', { c: '[1]' }, /no object/],
    ['for 4000 pixels', { c: config, w: '4000' }, /width 4000/],
    ['for too many pixels in all', { c: config, w: '3000', h: '3000' }, /36000000 pixels/],
    ['for less than nothing', { c: config, h: '-1' }, /height -1/],
    ['for no number', { c: config, w: 'wide' }, /width wide/],
    ['for a ratio of a million', { c: config, devicePixelRatio: '1e6' }, /devicePixelRatio 1e6/],
    ['for a PDF', { c: config, f: 'pdf' }, /Unsupported format pdf/],
    [
      'for a billion ticks',
      { c: config.replace(/}$/, ',options:{scales:{y:{ticks:{count:1e9}}}}}') },
      /memory|seconds/,
    ],
  ])('%s gets status 400, a picture of the reason, and the reason', async (_, parameters, reason) => {
    const response = await get(parameters)
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'image/png'])
    expect(response.headers.get('x-quickchart-error')).toMatch(reason)
    const [width, height] = await sizeOf(response)
    expect(Math.min(width, height)).toBeGreaterThan(30)
    expect('polluted' in {}).toBe(false)
    // It still draws.
    expect((await get({ c: config, w: '50', h: '50' })).status).toBe(200)
  })

  it('has its error drawn in the format that it asked for, escaped', async () => {
    const response = await get({ c: '{<script>alert(1)</script>', f: 'svg' })
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'image/svg+xml'])
    expect(await response.text()).not.toContain('<script')
    const webp = await get({ f: 'webp' })
    expect([webp.status, webp.headers.get('content-type')]).toEqual([400, 'image/webp'])
  })

  it('says so where there are more points or values than are drawn', async () => {
    // JSON holds more in 100 kB than the numbers' bound.
    const many = { type: 'line', data: { datasets: [{ data: Array.from({ length: 10_001 }, () => 1) }] } }
    const response = await post({ chart: many })
    expect([response.status, response.headers.get('x-quickchart-error')]).toEqual([
      400,
      '10001 points: expected 10000 at most',
    ])
    const nothing = { type: 'line', options: { odd: Array.from({ length: 50_000 }, () => 1) } }
    expect((await post({ chart: nothing })).status).toBe(400)
  })

  it.each([
    ['101 kB', () => post({ chart: 'x'.repeat(101 * 1024) }), 413],
    ['no JSON', () => post('{'), 400],
    ['a list', () => post('[]'), 400],
    ['PUT', () => fetch(`${server.url}/chart`, { method: 'PUT' }), 405],
    ['a path that is none', () => fetch(`${server.url}/qr?text=x`), 404],
    ['/chart/create', () => fetch(`${server.url}/chart/create`, { method: 'POST', body: '{}' }), 404],
  ])('of %s is refused in words', async (_, act, status) => {
    const response = await act()
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'text/plain; charset=utf-8'])
    expect(response.headers.get('x-quickchart-error')).toBe((await response.text()).trim())
  })

  it('with headers of 100 kB is refused', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = send(`${server.url}/chart?c=${'x'.repeat(100 * 1024)}`, (response) => {
        resolve(response.statusCode)
        response.resume()
      })
      sent.on('error', reject)
      sent.end()
    })
    expect(status).toBe(431)
  })
})
