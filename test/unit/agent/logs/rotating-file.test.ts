import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRotatingFile } from '../../../../agent/logs/rotating-file.ts'
import { createRecordingLog, type RecordingLog } from '../recording-log.ts'

let directory: string
let path: string
let log: RecordingLog
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitals-logs-'))
  path = join(directory, 'a.log')
  log = createRecordingLog()
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const read = (name: string) => readFileSync(join(directory, name), 'utf8')

/** Always as long as the next. */
const line = (number: number) => ({ n: 1_000 + number })
const lineBytes = 11

describe('a rotated log', () => {
  it('makes its directory, and has one JSON object a line', () => {
    const deep = join(directory, 'not', 'there', 'yet.log')
    const file = createRotatingFile({ path: deep, maxBytes: 1_000, keep: 1, log })
    file.write({ text: 'two\nlines' })
    file.write({ text: 'ä' })
    expect(readFileSync(deep, 'utf8')).toBe('{"text":"two\\nlines"}\n{"text":"ä"}\n')
  })

  it('is turned over before it grows past its size, newest first, and keeps so many', () => {
    const file = createRotatingFile({ path, maxBytes: 2 * lineBytes, keep: 2, log })
    for (let number = 0; number < 9; number++) file.write(line(number))
    expect(readdirSync(directory).sort()).toEqual(['a.log', 'a.log.1', 'a.log.2'])
    expect(read('a.log')).toBe('{"n":1008}\n')
    expect(read('a.log.1')).toBe('{"n":1006}\n{"n":1007}\n')
    expect(read('a.log.2')).toBe('{"n":1004}\n{"n":1005}\n')
  })

  it('starts over when none is to be kept', () => {
    const file = createRotatingFile({ path, maxBytes: lineBytes, keep: 0, log })
    for (let number = 0; number < 3; number++) file.write(line(number))
    expect(readdirSync(directory)).toEqual(['a.log'])
    expect(read('a.log')).toBe('{"n":1002}\n')
  })

  it('counts what was there before it was opened', () => {
    writeFileSync(path, 'x'.repeat(2 * lineBytes))
    createRotatingFile({ path, maxBytes: 2 * lineBytes, keep: 1, log }).write(line(0))
    expect(read('a.log')).toBe('{"n":1000}\n')
    expect(read('a.log.1')).toBe('x'.repeat(2 * lineBytes))
  })

  it('writes a line that is larger than the whole file may be', () => {
    const file = createRotatingFile({ path, maxBytes: 5, keep: 1, log })
    file.write(line(0))
    file.write(line(1))
    expect([read('a.log'), read('a.log.1')]).toEqual(['{"n":1001}\n', '{"n":1000}\n'])
  })

  it('tells a full disk once, stops nothing, and tells its end', () => {
    symlinkSync('/dev/full', path)
    const file = createRotatingFile({ path, maxBytes: 1_000, keep: 1, log })
    file.write(line(0))
    file.write(line(1))
    expect(log.events.map(({ level, fields }) => [level, fields.reason])).toEqual([
      ['error', 'ENOSPC: no space left on device, write'],
    ])
    rmSync(path)
    file.write(line(2))
    expect(read('a.log')).toBe('{"n":1002}\n')
    expect(log.told()).toEqual(['the log can not be written; its lines are lost', 'the log can be written again'])
  })

  it('keeps whole lines only when the disk fills up in the middle of one', () => {
    const writer = join(import.meta.dirname, 'log-worker.ts')
    // No file may grow past 1,024 bytes: the line that would is half written, as on a disk that is full.
    const command = 'trap "" XFSZ; ulimit -f 1; exec "$@"'
    const { status } = spawnSync('bash', ['-c', command, 'bash', process.execPath, writer, path, '100'])
    expect(status).toBe(0)
    expect(read('a.log')).toBe('{"n":1000}\n'.repeat(93))
  })
})
