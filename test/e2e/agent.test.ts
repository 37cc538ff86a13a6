import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BatchRecord } from '../../core/batch.ts'
import { unpackBatch } from '../../core/batch-bytes.ts'

const cli = join(import.meta.dirname, '..', '..', 'cli', 'main.ts')
const patience = { timeout: 60_000 }

let directory: string
let children: ChildProcess[]
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitals-agent-'))
  children = []
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(directory, { recursive: true, force: true })
})

const at = (...parts: string[]) => join(directory, ...parts)

function startAgent(changes: Record<string, string> = {}): ChildProcess {
  const env = {
    PATH: process.env.PATH,
    MONITOR_BUCKET: pathToFileURL(at('bucket')).href,
    MONITOR_DATA_DIR: at('data'),
    MONITOR_LOG_DIR: at('logs'),
    MONITOR_HOST: 'web-1',
    MONITOR_INTERVAL: '1',
    MONITOR_BATCH: '2',
    ...changes,
  }
  const child = spawn(process.execPath, [cli, 'agent'], { env, cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] })
  children.push(child)
  return child
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
  const ended = once(child, 'exit')
  child.kill(signal)
  const [code] = await ended
  return code
}

async function until(isSo: () => boolean) {
  while (!isSo()) await delay(50)
}

/** Times of the snapshots that the agent has logged; it logs what the spool has. */
function logged(): number[] {
  const path = at('logs', 'system_metrics.log')
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line).observedAtMs)
}

function shipped(): BatchRecord[] {
  const inbox = at('bucket', 'inbox')
  if (!existsSync(inbox)) return []
  return readdirSync(inbox, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.zst'))
    .flatMap((name) => {
      const parsed = unpackBatch(readFileSync(join(inbox, name)))
      if (!parsed.ok) throw new Error(`${name}: ${parsed.reason}`)
      return parsed.batch.records
    })
}

const snapshotTimes = (records: BatchRecord[]) =>
  records.flatMap((record) => (record.kind === 'snapshot' ? [record.observedAtMs] : [])).sort((a, b) => a - b)

const spooled = () => readdirSync(at('data', 'spool')).filter((name) => !name.startsWith('.'))

describe('the agent as a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'at %s sends all that it has and goodbye, and ends well',
    patience,
    async (signal) => {
      const child = startAgent()
      await until(() => logged().length >= 2)
      expect(await end(child, signal)).toBe(0)
      const records = shipped()
      expect(snapshotTimes(records)).toEqual(logged())
      expect(records.filter(({ kind }) => kind === 'goodbye')).toHaveLength(1)
      expect(spooled()).toEqual([])
    },
  )

  it('loses nothing when it is killed while the bucket is away: the next one sends it', patience, async () => {
    // A file where the folder should be: nobody can put anything below it.
    mkdirSync(at('bucket'))
    writeFileSync(at('bucket', 'inbox'), '')
    const killed = startAgent()
    await until(() => logged().length >= 4)
    await end(killed, 'SIGKILL')
    const kept = logged()
    expect(spooled()).not.toEqual([])
    rmSync(at('bucket', 'inbox'))
    const next = startAgent()
    await until(() => logged().length > kept.length)
    expect(await end(next, 'SIGTERM')).toBe(0)
    // The one that was spooled and not yet logged when it was killed may come on top.
    const records = shipped()
    const times = snapshotTimes(records)
    expect(times).toEqual([...new Set(times)])
    // Who is killed says no goodbye: to those who watch this host it is down, and not stopped.
    expect(records.filter(({ kind }) => kind === 'goodbye')).toHaveLength(1)
    expect(times).toEqual(expect.arrayContaining(logged()))
    expect(spooled()).toEqual([])
  })

  it('names every wrong setting and ends with 2', patience, async () => {
    const child = startAgent({ MONITOR_INTERVAL: 'often', MONITOR_CPU_THRESHOLD: '101', MONITOR_BUCKET: 'ftp://x' })
    let said = ''
    child.stderr?.on('data', (text) => {
      said += text
    })
    const [code] = await once(child, 'close')
    expect(code).toBe(2)
    for (const name of ['MONITOR_INTERVAL=often', 'MONITOR_CPU_THRESHOLD=101', 'MONITOR_BUCKET=ftp://x']) {
      expect(said).toContain(`${name}: expected `)
    }
  })

  it('refuses a spool that another one has, and says what to do', patience, async () => {
    startAgent()
    await until(() => logged().length >= 1)
    const second = startAgent()
    let said = ''
    second.stderr?.on('data', (text) => {
      said += text
    })
    const [code] = await once(second, 'close')
    expect(code).toBe(1)
    expect(said).toContain('another agent is using it. Stop that one, or set MONITOR_DATA_DIR')
  })
})
