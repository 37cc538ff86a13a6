import { spawn, spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createRotatingFile,
  type RotatingFile,
  type RotatingFileOptions,
} from '../../../../agent/logs/rotating-file.ts'
import { createRecordingLog, type RecordingLog } from '../recording-log.ts'

const dayMs = 86_400_000
const startMs = Date.UTC(2026, 10, 23, 10, 15)

let directory: string
let path: string
let log: RecordingLog
let nowMs: number
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitals-logs-'))
  path = join(directory, 'a.log')
  log = createRecordingLog()
  nowMs = startMs
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

function open(options: Partial<RotatingFileOptions> = {}): RotatingFile {
  const clock = { now: () => nowMs, monotonicMs: () => nowMs, sleep: async () => undefined }
  return createRotatingFile({
    path,
    maxBytes: 1_000,
    everyMs: 0,
    keep: 9,
    maxAgeMs: 99 * dayMs,
    clock,
    log,
    ...options,
  })
}

/** Each line in a second of its own. */
async function write(file: RotatingFile, numbers: readonly number[]): Promise<void> {
  for (const number of numbers) {
    nowMs += 1_000
    file.write(line(number))
  }
  await file.settled()
}

const files = () => readdirSync(directory).sort()
const read = (name: string) => readFileSync(join(directory, name), 'utf8')
const unpacked = (name: string) => gunzipSync(readFileSync(join(directory, name))).toString()

/** Always as long as the next. */
const line = (number: number) => ({ n: 1_000 + number })
const lineBytes = 11

describe('a log', () => {
  it('makes its directory, and has one JSON object a line', () => {
    const deep = join(directory, 'not', 'there', 'yet.log')
    const file = open({ path: deep })
    file.write({ text: 'two\nlines' })
    file.write({ text: 'ä' })
    expect(readFileSync(deep, 'utf8')).toBe('{"text":"two\\nlines"}\n{"text":"ä"}\n')
  })

  it('is turned over before it grows past its size, named by the time and compressed', async () => {
    await write(open({ maxBytes: 2 * lineBytes }), [0, 1, 2, 3, 4])
    expect(files()).toEqual(['a.log', 'a.log.20261123T101503Z.gz', 'a.log.20261123T101505Z.gz'])
    expect(unpacked('a.log.20261123T101503Z.gz')).toBe('{"n":1000}\n{"n":1001}\n')
    expect(unpacked('a.log.20261123T101505Z.gz')).toBe('{"n":1002}\n{"n":1003}\n')
    expect(read('a.log')).toBe('{"n":1004}\n')
  })

  it('overwrites nothing when it is turned over twice within a second', async () => {
    const file = open({ maxBytes: lineBytes })
    for (const number of [0, 1, 2]) file.write(line(number))
    await file.settled()
    expect(files()).toEqual(['a.log', 'a.log.20261123T101500Z-2.gz', 'a.log.20261123T101500Z.gz'])
    expect(unpacked('a.log.20261123T101500Z.gz')).toBe('{"n":1000}\n')
  })

  it('is turned over when its span of time is up, whoever wrote the last line of it', async () => {
    writeFileSync(path, 'of yesterday\n')
    utimesSync(path, startMs / 1_000, (startMs - dayMs) / 1_000)
    const file = open({ everyMs: dayMs })
    await write(file, [0])
    expect(files()).toEqual(['a.log', 'a.log.20261123T101501Z.gz'])
    expect(unpacked('a.log.20261123T101501Z.gz')).toBe('of yesterday\n')
  })

  it('is not turned over by a clock that goes back', async () => {
    const file = open({ everyMs: dayMs })
    writeFileSync(path, '{}\n')
    utimesSync(path, startMs / 1_000, (startMs + dayMs) / 1_000)
    await write(file, [0])
    expect(files()).toEqual(['a.log'])
  })

  it('starts over when none is to be kept', async () => {
    await write(open({ maxBytes: lineBytes, keep: 0 }), [0, 1, 2])
    expect(files()).toEqual(['a.log'])
    expect(read('a.log')).toBe('{"n":1002}\n')
  })

  it('writes a line that is larger than the whole file may be', async () => {
    await write(open({ maxBytes: 5 }), [0, 1])
    expect(read('a.log')).toBe('{"n":1001}\n')
    expect(unpacked('a.log.20261123T101502Z.gz')).toBe('{"n":1000}\n')
  })

  it('goes on in a new file when another program moved it away, or its directory', async () => {
    const file = open({ maxBytes: 2 * lineBytes })
    await write(file, [0, 1])
    renameSync(path, join(directory, 'moved'))
    await write(file, [2])
    expect([read('moved'), read('a.log')]).toEqual(['{"n":1000}\n{"n":1001}\n', '{"n":1002}\n'])
    rmSync(directory, { recursive: true })
    await write(file, [3])
    expect(read('a.log')).toBe('{"n":1003}\n')
    expect(log.told()).toEqual([])
  })
})

describe('rotated logs', () => {
  const stamp = (ageMs: number) => `a.log.${new Date(startMs - ageMs).toISOString().replace(/[-:]|\.\d+/g, '')}`

  it('are kept by number, the newest, and by age', async () => {
    for (const days of [1, 2, 3, 40]) writeFileSync(join(directory, `${stamp(days * dayMs)}.gz`), '')
    await open({ keep: 2 }).settled()
    expect(files()).toEqual([`${stamp(2 * dayMs)}.gz`, `${stamp(dayMs)}.gz`])
    await open({ maxAgeMs: dayMs }).settled()
    expect(files()).toEqual([`${stamp(dayMs)}.gz`])
  })

  it('are compressed by the next start when this one was killed on the way, at whatever point', async () => {
    const [cut, whole, bare] = [stamp(1_000), stamp(2_000), stamp(3_000)]
    writeFileSync(join(directory, cut), 'one\n')
    writeFileSync(join(directory, `${cut}.gz.partial`), 'half of')
    writeFileSync(join(directory, whole), 'two\n')
    writeFileSync(join(directory, `${whole}.gz`), gzipSync('two\n'))
    writeFileSync(join(directory, bare), 'three\n')
    await open().settled()
    expect(files()).toEqual([`${bare}.gz`, `${whole}.gz`, `${cut}.gz`])
    expect([unpacked(`${cut}.gz`), unpacked(`${whole}.gz`), unpacked(`${bare}.gz`)]).toEqual([
      'one\n',
      'two\n',
      'three\n',
    ])
  })

  it('are told from files of others, which stay', async () => {
    const others = ['a.log.1', 'a.log.old', 'a.log.20261123', 'a.log.20261123T101500Z.bak', 'b.log.20261123T101500Z']
    for (const name of others) writeFileSync(join(directory, name), 'mine')
    await open({ keep: 1, maxAgeMs: 1 }).settled()
    expect(files()).toEqual(others.toSorted())
  })

  it('that can not be compressed are told once, and stay as they are', async () => {
    mkdirSync(join(directory, `${stamp(1_000)}.gz.partial`))
    writeFileSync(join(directory, stamp(1_000)), 'kept\n')
    const file = open({ maxBytes: lineBytes })
    await file.settled()
    await write(file, [0, 1, 2])
    expect(log.told()).toEqual(['a rotated log can not be compressed or removed'])
    expect(read(stamp(1_000))).toBe('kept\n')
    expect(read('a.log')).toBe('{"n":1002}\n')
  })

  it('hold every line once, though the writer is killed again and again', async () => {
    const worker = join(import.meta.dirname, 'log-worker.ts')
    for (let round = 1; round <= 4; round++) {
      const child = spawn(process.execPath, [worker, path, '1000000', '20000'], { stdio: 'ignore' })
      const ended = new Promise((resolve) => child.on('close', resolve))
      while (files().length < 4 * round) await delay(2)
      child.kill('SIGKILL')
      await ended
    }
    await open({ keep: 1_000 }).settled()
    const rotated = files().filter((name) => name !== 'a.log')
    expect(rotated.every((name) => name.endsWith('.gz'))).toBe(true)
    const seen = new Map<number, number[]>()
    for (const text of [...rotated.map(unpacked), read('a.log')]) {
      for (const one of text.split('\n').filter(Boolean)) {
        const { pid, n } = JSON.parse(one)
        seen.set(pid, [...(seen.get(pid) ?? []), n])
      }
    }
    expect(seen.size).toBe(4)
    for (const numbers of seen.values()) {
      expect(numbers.toSorted((x, y) => x - y)).toEqual(numbers.map((_, index) => index))
    }
  })
})

describe('a full disk', () => {
  it('is told once, stops nothing, and its end is told', () => {
    symlinkSync('/dev/full', path)
    const file = open()
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

  it('leaves whole lines only when it comes in the middle of one', () => {
    const writer = join(import.meta.dirname, 'log-worker.ts')
    // No file may grow past 1,024 bytes: the line that would is half written, as on a disk that is full.
    const command = 'trap "" XFSZ; ulimit -f 1; exec "$@"'
    const { status } = spawnSync('bash', ['-c', command, 'bash', process.execPath, writer, path, '100'])
    expect(status).toBe(0)
    const wholeLines = read('a.log')
      .split('\n')
      .filter((one) => one.startsWith('{"pid":') && one.endsWith('}'))
    expect(wholeLines.length).toBeGreaterThan(30)
    expect(read('a.log').split('\n').filter(Boolean)).toEqual(wholeLines)
  })
})
