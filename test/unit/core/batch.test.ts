import { describe, expect, it } from 'vitest'
import { encodeBatch, parseBatch } from '../../../core/batch.ts'
import { makeBatch, makeSnapshot } from '../../make.ts'

const text = (name: string) =>
  encodeBatch(makeBatch({ records: [makeSnapshot({ processes: { top: [{ pid: 1, name }] } }), makeSnapshot()] }))

describe('a batch', () => {
  it.each(['*'.repeat(200), 'Żż'.repeat(50), '\u{1f4c8}'.repeat(50), '[{'.repeat(20)])(
    'takes a process of any name: %s',
    (name) => {
      expect(parseBatch(text(name))).toMatchObject({ ok: true })
    },
  )

  it('names the line that is nested too deep, and what is wrong before it first', () => {
    const deep = `${'['.repeat(20)}${']'.repeat(20)}`
    const [header, first] = text('init').split('\n')
    expect(parseBatch(`${header}\n${first}\n${deep}\n${deep}\n`)).toMatchObject({
      reason: 'line 3: nested deeper than 8',
    })
    expect(parseBatch(`${header}\nno\n${deep}\n`)).toMatchObject({
      reason: expect.stringContaining('line 2: not JSON'),
    })
  })

  it('does not parse what would take a hundred times its size once it is parsed', () => {
    const before = process.memoryUsage().heapUsed
    expect(parseBatch(`${text('init').split('\n')[0]}\n${'['.repeat(4_000_000)}`)).toMatchObject({
      reason: 'line 2: nested deeper than 8',
    })
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50_000_000)
  })

  it('leaves out what it does not know of a snapshot', () => {
    const record = { ...makeSnapshot(), later: 1 }
    const parsed = parseBatch(encodeBatch(makeBatch({ records: [record] })))
    expect(parsed.ok && parsed.batch.records[0]).toEqual(makeSnapshot())
  })
})
