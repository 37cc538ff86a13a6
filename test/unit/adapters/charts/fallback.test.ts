import { expect, it } from 'vitest'
import { createFallbackRenderer } from '../../../../adapters/charts/fallback.ts'
import { ChartError, type ChartRenderer, type ChartRequest } from '../../../../adapters/charts/port.ts'
import { type Log, silentLog } from '../../../../adapters/log/port.ts'

const request = {} as ChartRequest
const drawn = Uint8Array.of(1)
const works: ChartRenderer = { name: 'works', render: async () => drawn }

/** Fails with each error in turn, and works from then on; says how often it was asked. */
function failing(...errors: Error[]) {
  const renderer = {
    name: 'failing',
    asked: 0,
    render: async () => {
      const error = errors[renderer.asked++]
      if (error) throw error
      return Uint8Array.of(2)
    },
  }
  return renderer
}

const refused = () => new ChartError('too large')
const away = () => new ChartError('no answer', { concerns: 'every-chart' })

function chain(renderers: readonly ChartRenderer[], log: Log = silentLog) {
  const time = { ms: 1_000 }
  const clock = { now: () => 0, monotonicMs: () => time.ms, sleep: async () => {} }
  return { charts: createFallbackRenderer({ renderers, clock, log }), time }
}

it('draws with the next renderer what one refuses, and asks that one again for the next chart', async () => {
  const first = failing(refused(), refused())
  const { charts } = chain([first, works])
  expect(await charts.render(request)).toBe(drawn)
  expect(await charts.render(request)).toBe(drawn)
  expect(await charts.render(request)).toEqual(Uint8Array.of(2))
  expect(first.asked).toBe(3)
})

it('leaves a renderer that is away alone for a minute, so that a report waits for it once', async () => {
  const first = failing(away())
  const { charts, time } = chain([first, works])
  for (let chart = 0; chart < 30; chart++) expect(await charts.render(request)).toBe(drawn)
  expect(first.asked).toBe(1)
  time.ms += 60_000
  expect(await charts.render(request)).toEqual(Uint8Array.of(2))
})

it('asks the last renderer each time, away or not', async () => {
  const last = failing(away(), away())
  const { charts } = chain([last])
  await expect(charts.render(request)).rejects.toThrow('no answer')
  await expect(charts.render(request)).rejects.toThrow('no answer')
  expect(await charts.render(request)).toEqual(Uint8Array.of(2))
})

it('tells a run of failures once', async () => {
  const told: string[] = []
  const log = { ...silentLog, warn: (event: string) => void told.push(event) }
  const first = failing(refused(), refused())
  const { charts } = chain([first, works], log)
  for (let chart = 0; chart < 4; chart++) await charts.render(request)
  expect(told).toHaveLength(1)
})

it('fails with every reason where none draws', async () => {
  const { charts } = chain([failing(refused()), failing(away())])
  await expect(charts.render(request)).rejects.toThrow(new ChartError('too large; no answer'))
})

it('hides no mistake of ours behind the next renderer', async () => {
  const { charts } = chain([failing(new TypeError('a bug')), works])
  await expect(charts.render(request)).rejects.toThrow(TypeError)
})
