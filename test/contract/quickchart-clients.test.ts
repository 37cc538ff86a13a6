/** QuickChart's own clients, as they are published, against what is served here. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { loadImage } from '@napi-rs/canvas'
import QuickChart from 'quickchart-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChartServer, startChartServer } from '../../adapters/charts/serve/server.ts'
import { pythonWith } from '../../bench/python.ts'

let server: ChartServer
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-charts-'))
  server = await startChartServer({ port: 0, version: '1.2.3' })
})
afterAll(async () => {
  await server.stop()
  await rm(directory, { recursive: true })
})

async function sizeOf(response: Response | Uint8Array): Promise<[number, number]> {
  const bytes = response instanceof Uint8Array ? response : new Uint8Array(await response.arrayBuffer())
  const { width, height } = await loadImage(Buffer.from(bytes))
  return [width, height]
}

/** Its types name the module where the class is. */
const Builder = QuickChart as unknown as new () => {
  setScheme(scheme: string): void
  setHost(host: string): void
  setConfig(config: object | string): void
  setWidth(width: number): void
  setHeight(height: number): void
  setFormat(format: string): void
  getUrl(): string
  toBinary(): Promise<Buffer>
  toDataUrl(): Promise<string>
  getShortUrl(): Promise<string>
}

function client(): InstanceType<typeof Builder> {
  const chart = new Builder()
  chart.setScheme('http')
  chart.setHost(new URL(server.url).host)
  chart.setConfig({ type: 'line', data: { labels: ["it's", 'b'], datasets: [{ label: 'x', data: [1, null] }] } })
  chart.setWidth(320)
  chart.setHeight(200)
  return chart
}

describe("QuickChart's clients", () => {
  it('quickchart-js works unchanged: a URL, bytes, a data URL', async () => {
    const chart = client()
    expect(await sizeOf(await fetch(chart.getUrl()))).toEqual([640, 400])
    expect(await sizeOf(await chart.toBinary())).toEqual([320, 200])
    expect(await chart.toDataUrl()).toMatch(/^data:image\/png;base64,iVBOR/)
    chart.setFormat('svg')
    expect((await chart.toBinary()).toString()).toContain('</svg>')
  })

  it('quickchart-js writes a file, from CommonJS, where it can', async () => {
    const file = join(directory, 'js.png')
    const script = `
      const QuickChart = require('quickchart-js')
      const chart = new QuickChart()
      chart.setScheme('http').setHost('${new URL(server.url).host}').setWidth(320).setHeight(200)
      chart.setConfig({ type: 'bar', data: { labels: ['a'], datasets: [{ data: [1] }] } })
      chart.toFile(${JSON.stringify(file)})`
    await promisify(execFile)(process.execPath, ['-e', script], { cwd: process.cwd() })
    expect(await sizeOf(await readFile(file))).toEqual([320, 200])
  })

  it('quickchart-js says that short URLs are not to be had', async () => {
    await expect(client().getShortUrl()).rejects.toThrow('Short URLs must use quickchart.io host')
  })

  it('the Python client works unchanged: a URL, bytes, a file; and says that short URLs are not to be had', async () => {
    const file = join(directory, 'python.png')
    const script = `
import json, sys, urllib.request
from quickchart import QuickChart
chart = QuickChart()
chart.scheme, chart.host = "http", sys.argv[1]
chart.width, chart.height = 320, 200
chart.config = {"type": "bar", "data": {"labels": ["it's", "b"], "datasets": [{"label": "x", "data": [1, None]}]}}
chart.to_file(sys.argv[2])
said = {"bytes": len(chart.get_bytes()), "url": len(urllib.request.urlopen(chart.get_url()).read())}
chart.config = "{type: 'bar', data: {labels: ['a'], datasets: [{data: [1]}]}}"
said["text"] = len(chart.get_bytes())
for name, act in {"short": chart.get_short_url, "broken": chart.get_bytes}.items():
    if name == "broken":
        chart.config = "{type: function() {}}"
    try:
        act()
    except RuntimeError as error:
        said[name] = str(error)
print(json.dumps(said))`
    const python = pythonWith('quickchart.io')
    const { stdout } = await promisify(execFile)(python, ['-c', script, new URL(server.url).host, file])
    const said = JSON.parse(stdout)
    expect(await sizeOf(await readFile(file))).toEqual([320, 200])
    expect(Math.min(said.bytes, said.url, said.text)).toBeGreaterThan(1_000)
    expect(said.short).toMatch(/404\s+short URLs are not made here/)
    expect(said.broken).toMatch(/400\s+invalid character/)
  }, 120_000)
})
