import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyStat, parseProcessStat } from '../../../../agent/collect/process-stat.ts'
import { openProcessTable } from '../../../../agent/collect/process-table.ts'
import { statLine } from './fixture.ts'

test('a process that ended though its file is kept open is gone from the next scan, and its file is closed', async () => {
  const child = spawn('sleep', ['60'])
  await once(child, 'spawn')
  const table = openProcessTable({ proc: '/proc', maxKeptFiles: 4_096 })
  const pids = () => table.scan().entries.map(({ pid }) => pid)
  expect(pids()).toContain(child.pid)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const left = pids()
  expect(left).not.toContain(child.pid)
  expect(left).toContain(process.pid)
  expect(table.keptFiles()).toBe(left.length)
  table.close()
})

test('every line comes back as it was made, whatever the name', () => {
  const number = fc.integer({ min: 0, max: 2 ** 50 })
  const line = fc.record({
    pid: number,
    name: fc.string({ unit: 'binary', maxLength: 20 }),
    state: fc.constantFrom('R', 'S', 'D', 'Z', 'I'),
    ppid: number,
    cpuTicks: number,
    threads: number,
    startTicks: number,
    rssPages: number,
  })
  fc.assert(
    fc.property(line, ({ name, ...made }) => {
      const bytes = Buffer.from(statLine({ name, ...made }))
      const stat = emptyStat()
      expect(parseProcessStat(bytes, bytes.length, stat)).toBe(true)
      const { ppid, cpuTicks, state, threads, startTicks, rssPages } = made
      expect(stat).toMatchObject({ ppid, cpuTicks, state, threads, startTicks, rssPages })
      expect(bytes.subarray(stat.nameStart, stat.nameEnd)).toEqual(Buffer.from(name))
    }),
  )
})

test('a line that was cut before its last wanted field is refused', () => {
  const bytes = Buffer.from(statLine({ pid: 7, name: 'cut' }))
  const wanted = bytes.indexOf(' 18446744073709551615')
  for (let length = 0; length <= wanted; length++) {
    expect(parseProcessStat(bytes.subarray(0, length), length, emptyStat())).toBe(false)
  }
})
