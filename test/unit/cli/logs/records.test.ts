import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLineSplitter } from '../../../../cli/logs/lines.ts'
import { mergeByTime } from '../../../../cli/logs/merge.ts'
import { type Read, readLogFile } from '../../../../cli/logs/records.ts'

let path: string
let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitals-logs-'))
  path = join(directory, 'a.log')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const good = (minute: number) => `{"time":"2026-03-01T12:0${minute}:00.000Z","n":${minute}}\n`

async function allOf(file: string): Promise<Read[]> {
  const reads: Read[] = []
  for await (const read of readLogFile(file)) reads.push(read)
  return reads
}

const told = (reads: readonly Read[]) =>
  reads.map((read) => ('record' in read ? read.record.fields.n : `${read.damage.line}: ${read.damage.reason}`))

describe('a log file', () => {
  it('gives its records, and tells each damaged line with its place', async () => {
    const damaged = ['{"time"\n', '[]\n', '{"time":"soon"}\n', '{"n":1}\n', '\n']
    writeFileSync(path, `${good(1)}${damaged.join('')}${good(2)}{"time":`)
    expect(told(await allOf(path))).toEqual([
      1,
      expect.stringMatching(/^2: not JSON: /),
      '3: expected a JSON object',
      '4: time "soon", expected such as "2026-03-01T12:00:00.000Z"',
      '5: time undefined, expected such as "2026-03-01T12:00:00.000Z"',
      expect.stringMatching(/^6: not JSON: /),
      2,
      '8: cut off, expected a line that ends',
    ])
  })

  it('is read through gzip, and up to where that is damaged', async () => {
    const packed = gzipSync(good(1).repeat(50_000))
    writeFileSync(`${path}.gz`, packed)
    expect(await allOf(`${path}.gz`)).toHaveLength(50_000)
    writeFileSync(`${path}.gz`, packed.subarray(0, packed.length - 20))
    const reads = await allOf(`${path}.gz`)
    expect(reads.length).toBeGreaterThan(1)
    expect(told(reads.slice(-1))).toEqual([expect.stringContaining('unexpected end of file')])
  })

  it('that is gone has none', async () => {
    expect(await allOf(join(directory, 'gone.log'))).toEqual([])
  })
})

describe('lines', () => {
  it('are the same however their bytes come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\n'))),
        fc.integer({ min: 1, max: 9 }),
        (lines, size) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
          const split = createLineSplitter()
          const found: string[] = []
          for (let start = 0; start < bytes.length; start += size) {
            for (const line of split.add(bytes.subarray(start, start + size)))
              found.push(line.tooLong ? '!' : line.text)
          }
          expect(found).toEqual(lines.map((line) => Buffer.from(line).toString()))
          expect(split.rest()).toBeUndefined()
        },
      ),
    )
  })

  it('without an end are not kept beyond the bound, and the next ones are whole', () => {
    const split = createLineSplitter(10)
    expect(split.add(Buffer.from('x'.repeat(9)))).toEqual([])
    expect(split.add(Buffer.from('yy\nshort\n'))).toEqual([
      { tooLong: true, bytes: 11, maxBytes: 10 },
      { tooLong: false, text: 'short' },
    ])
  })
})

describe('several logs', () => {
  it('come in the order of their times', async () => {
    async function* items(times: readonly number[]) {
      yield* times
    }
    const merged: number[] = []
    const sources = [[1, 4, 6], [], [2, 3, 9]].map((times) => ({ items: items(times), timeOf: (time: number) => time }))
    for await (const time of mergeByTime(sources)) merged.push(time)
    expect(merged).toEqual([1, 2, 3, 4, 6, 9])
  })
})
