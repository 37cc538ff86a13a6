import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { widthOf } from '../../../../cli/top/cells.ts'
import { drawTop, frameOf, type TopView } from '../../../../cli/top/draw.ts'
import { sortOrders } from '../../../../cli/top/sort.ts'
import { anySnapshot, makeBusySnapshot, makeProcesses } from './snapshots.ts'

const view: TopView = { host: 'web-1', timeZone: 'UTC', columns: 80, rows: 24, colour: false, sort: 'cpu', keys: true }
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is looked for
const ourColours = /\u001b\[[0-9;]*m/g

it('never draws more lines than there are rows, nor one that is wider, nor anything that commands the terminal', () => {
  const size = fc.record({ columns: fc.integer({ min: 1, max: 260 }), rows: fc.integer({ min: 1, max: 90 }) })
  fc.assert(
    fc.property(
      anySnapshot,
      size,
      fc.constantFrom(...sortOrders),
      fc.boolean(),
      fc.boolean(),
      fc.nat(50),
      (snapshot, { columns, rows }, sort, colour, keys, offset) => {
        const text = drawTop(snapshot, { ...view, columns, rows, sort, colour, keys, offset })
        const lines = text.replace(ourColours, '').split('\n')
        expect(lines.length).toBeLessThanOrEqual(rows)
        expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns)
        expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
        expect(text.isWellFormed()).toBe(true)
      },
    ),
  )
})

describe.each([
  [60, 24],
  [80, 24],
  [120, 30],
  [200, 50],
])('at %i columns and %i rows', (columns, rows) => {
  const text = drawTop(makeBusySnapshot(), { ...view, columns, rows })

  it('fills the screen, and shows what is asked for first', () => {
    expect(text.split('\n')).toHaveLength(rows)
    const shown = [
      /^web-1 +2026-03-01 12:00 +up 3 d/m,
      /CPU +\[\|+#+~+\**.*61\.5 %/,
      /\| user 40\.0 +# system 20\.0 +~ iowait 10\.0 +\* steal 1\.5/,
      /Cores +▁▂▃▅▆▇██/,
      /Memory +\[\|+ +\] +68\.8 % +11\.0 GiB of 16\.0 GiB/,
      /Swap +\[\|+ +\] +25\.0 %/,
      /Load +5\.31 4\.20 3\.05/,
      /Pressure +CPU 12\.5 % +memory 0\.0 % +I\/O 8\.1 %/,
      /Limits +2\.50 of 4 cores +held back 3\.0 %/,
      /read 977 KiB\/s +written 4\.81 MiB\/s +busy 42\.0 %/,
      /94\.5 % +4\.00 GiB free .*\/var/,
      /Network +in +1\.24 MiB\/s/,
      /^! critical +queue: the queue stands still/m,
      /^! warning +disk \/var\/lib\/postgresql/m,
      /^Not available \(1\): disks:\/mnt\/nas/m,
      /^ +PID .*↓CPU % +MEMORY .*NAME/m,
      /^ +100 .*100\.0 .*postgres$/m,
      /^q quit .* of 60 \(90|^q quit .* of 60/m,
    ]
    for (const part of shown) expect(text).toMatch(part)
  })

  it('leaves room for five processes at least', () => {
    expect(frameOf(makeBusySnapshot(), { ...view, columns, rows }).tableRows).toBeGreaterThanOrEqual(5)
  })
})

it('on a screen that is too low keeps alerts and processes', () => {
  const text = drawTop(makeBusySnapshot(), { ...view, columns: 80, rows: 12 })
  expect(text).toContain('! critical  queue')
  expect(text).toContain('postgres')
})

it.each([
  ['cpu', 100],
  ['memory', 159],
  ['io', 157],
  ['files', 154],
] as const)('sorted by %s has process %i first', (sort, pid) => {
  const lines = drawTop(makeBusySnapshot(), { ...view, columns: 120, rows: 40, sort }).split('\n')
  const first = lines[lines.findIndex((line) => /^ +PID/.test(line)) + 1]
  expect(first?.trim().split(' ')[0]).toBe(String(pid))
})

it('shows what is missing as missing, also in bars', () => {
  const nothing = makeBusySnapshot({ cpu: {}, memory: {}, disks: [], diskIo: [], interfaces: [], connections: {} })
  const text = drawTop(
    { ...nothing, processes: { top: [{ pid: 1, name: 'init' }] } },
    { ...view, columns: 80, rows: 30 },
  )
  expect(text).toMatch(/^CPU +\[ +– +\] +–/m)
  expect(text).toMatch(/^Memory +\[ +– +\] +– +– of –/m)
  expect(text).toMatch(/^ +1 – +– +– +– +– init$/m)
  expect(text).not.toContain('0.0')
})

it('says so where nothing is above its threshold', () => {
  expect(drawTop(makeBusySnapshot({ findings: [] }), view)).toMatch(/^Alerts +nothing is above its threshold/m)
})

it('scrolls as far as there are processes', () => {
  const snapshot = makeBusySnapshot({ processes: { total: 60, top: makeProcesses(60) } })
  const { text, offset, tableRows } = frameOf(snapshot, { ...view, offset: Number.MAX_SAFE_INTEGER })
  expect(offset).toBe(60 - tableRows)
  expect(text).toMatch(new RegExp(`${offset + 1}-60 of 60$`))
  expect(text).toMatch(/^ +159 /m)
})

it('has one strip for 600 cores, of the busiest of neighbours', () => {
  const perCorePercent = Array.from({ length: 600 }, (_, core) => (core === 301 ? 100 : 0))
  const text = drawTop(makeBusySnapshot({ cpu: { perCorePercent } }), { ...view, rows: 40 })
  expect(text).toMatch(/Cores +▁+█▁+$/m)
  expect(text).toContain('each: the busiest of 9 cores')
})

describe('colour', () => {
  const coloured = drawTop(makeBusySnapshot(), { ...view, colour: true })

  it('changes nothing but colour: each meaning has a sign or a word of its own', () => {
    const plain = coloured.replace(ourColours, '').split('\n')
    expect(plain.map((line) => line.trimEnd())).toEqual(drawTop(makeBusySnapshot(), view).split('\n'))
  })

  it('is there when asked for, and ends with each line', () => {
    for (const line of coloured.split('\n').filter((one) => one.includes('\u001b'))) {
      expect(line.match(ourColours)?.at(-1)).toBe('\u001b[0m')
    }
    expect(coloured).toContain('\u001b[1;38;5;160m! critical')
  })
})
