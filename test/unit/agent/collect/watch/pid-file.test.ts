import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openPidFile } from '../../../../../agent/collect/watch/pid-file.ts'

let directory: string
let path: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitals-pid-'))
  path = join(directory, 'a.pid')
})
afterEach(() => rmSync(directory, { recursive: true }))

/** Everybody started at tick 50. */
const moment = { startTicksOf: () => 50, nowTicks: 1_000 }

test.each([
  ['42\n', 42],
  ['42', 42],
  ['  42 \n', 42],
  ['42\n/var/lib/postgresql\n1795415086\n', 42],
])('%j is a process number', (content, pid) => {
  writeFileSync(path, content)
  expect(openPidFile(path).pid(moment)).toBe(pid)
})

test('without a file, and without a process of that number, nobody is meant', () => {
  expect(openPidFile(path).pid(moment)).toBeUndefined()
  expect(openPidFile(join(path, 'below')).pid(moment)).toBeUndefined()
  writeFileSync(path, '42')
  expect(openPidFile(path).pid({ ...moment, startTicksOf: () => undefined })).toBeUndefined()
})

test.each([[''], ['nginx'], ['0'], ['-5'], ['42abc'], ['99999999999999999999']])(
  '%j is an error, and not nobody',
  (content) => {
    writeFileSync(path, content)
    expect(() => openPidFile(path).pid(moment)).toThrow(/expected a process number/)
  },
)

test('a directory and a FIFO in its place are errors, and stop nobody', () => {
  mkdirSync(path)
  expect(() => openPidFile(path).pid(moment)).toThrow()
  const fifo = join(directory, 'fifo')
  execFileSync('sh', ['-c', 'mkfifo "$0"', fifo])
  expect(() => openPidFile(fifo).pid(moment)).toThrow(/no regular file/)
})

test('a number that was given away after the file was seen is a stranger, until the file is written again', () => {
  writeFileSync(path, '42')
  const file = openPidFile(path)
  expect(file.pid({ startTicksOf: () => 50, nowTicks: 1_000 })).toBe(42)
  expect(file.pid({ startTicksOf: () => undefined, nowTicks: 2_000 })).toBeUndefined()
  expect(file.pid({ startTicksOf: () => 2_500, nowTicks: 3_000 })).toBeUndefined()
  rmSync(path)
  writeFileSync(path, '42')
  expect(file.pid({ startTicksOf: () => 2_500, nowTicks: 4_000 })).toBe(42)
})

test('a file that was left behind names nobody, also when its number comes to life later', () => {
  writeFileSync(path, '42')
  const file = openPidFile(path)
  expect(file.pid({ startTicksOf: () => undefined, nowTicks: 1_000 })).toBeUndefined()
  expect(file.pid({ startTicksOf: () => 5_000, nowTicks: 6_000 })).toBeUndefined()
})
