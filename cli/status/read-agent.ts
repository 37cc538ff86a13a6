/** The agent of this host, by what it wrote beside its spool and whether it still holds that. */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AgentStatus, agentStatusMaxBytes, agentStatusName, parseAgentStatus } from '../../core/agent-status.ts'
import { readLockHolder } from './lock-holder.ts'

export type AgentSeen =
  /** No agent has run with this data directory. */
  | { state: 'none'; path: string }
  /** Damaged, foreign, too large or newer. */
  | { state: 'unreadable'; path: string; problem: string }
  /** `silent`: its process is there, and writes nothing. `dead`: gone without a goodbye. */
  | { state: 'running' | 'silent' | 'dead' | 'stopped'; path: string; status: AgentStatus }

/** Written at each snapshot: after so many intervals without one, and the time that a slow one takes, it is silent. */
const quietIntervals = 3
const quietMs = 30_000

export function readAgent({ dataDir, nowMs, proc }: { dataDir: string; nowMs: number; proc?: string }): AgentSeen {
  const path = join(dataDir, agentStatusName)
  let body: string | undefined
  try {
    body = readBounded(path)
  } catch (error) {
    return { state: 'unreadable', path, problem: (error as Error).message }
  }
  if (body === undefined) return { state: 'none', path }
  const parsed = parseAgentStatus(body)
  if (!parsed.ok) return { state: 'unreadable', path, problem: parsed.problem }
  const { status } = parsed
  const holder = readLockHolder({ dataDir, ...(proc === undefined ? {} : { proc }) })
  const isThere = holder.state === 'unknown' ? isAlive(status.pid) : holder.state === 'held'
  const isQuiet = nowMs - status.writtenAtMs > quietIntervals * status.intervalMs + quietMs
  if (!isThere) return { state: status.stoppedAtMs === undefined ? 'dead' : 'stopped', path, status }
  return { state: isQuiet ? 'silent' : 'running', path, status }
}

/** Undefined: there is none. */
function readBounded(path: string): string | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const { size } = fstatSync(file)
    if (size > agentStatusMaxBytes) throw new Error(`${size} bytes, expected at most ${agentStatusMaxBytes}`)
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Somebody else's process is there, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
