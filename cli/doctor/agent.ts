/** The agent of this host: does it run, does it send, is it of this version, and does it come again with the machine? */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type AgentStatus, isPushFailing } from '../../core/agent-status.ts'
import { formatDuration } from '../../core/view/format.ts'
import { readLockHolder } from '../status/lock-holder.ts'
import { readAgent } from '../status/read-agent.ts'
import { amiss, type Check, type CheckContext, type Result, well } from './check.ts'

export const agentCheck: Check = {
  title: 'agent',
  deadlineMs: 5_000,
  run: async (context) => [...(await lookAt(context)), ...service(context.roots.units)],
}

async function lookAt({ settings: { dataDir }, version, clock, roots: { proc } }: CheckContext): Promise<Result[]> {
  const nowMs = clock.now()
  const seen = readAgent({ dataDir, nowMs, proc })
  const ago = (atMs: number) => `${formatDuration(Math.max(0, nowMs - atMs))} ago`
  switch (seen.state) {
    case 'none': {
      const holder = readLockHolder({ dataDir, proc })
      if (holder.state === 'held') return [well('process', `${holder.pid} has the spool`)]
      return [amiss('process', 'agent-not-running', `none has run with ${dataDir}`)]
    }
    case 'unreadable':
      return [amiss('status file', 'agent-status-unreadable', `${seen.path}: ${seen.problem}`, { path: seen.path })]
    case 'stopped':
      return [amiss('process', 'agent-not-running', `stopped ${ago(seen.status.stoppedAtMs ?? nowMs)}`)]
    case 'dead':
      return [amiss('process', 'agent-dead', `${seen.status.pid} is gone, last heard ${ago(seen.status.writtenAtMs)}`)]
    case 'silent': {
      const { pid, writtenAtMs } = seen.status
      return [amiss('process', 'agent-silent', `${pid} has said nothing since ${ago(writtenAtMs)}`, { pid: `${pid}` })]
    }
    case 'running':
      return [
        well(
          'process',
          `${seen.status.pid} runs as ${seen.status.host}, its last word ${ago(seen.status.writtenAtMs)}`,
        ),
        versionOf(seen.status, version),
        sending(seen.status, ago),
      ]
  }
}

function versionOf(status: AgentStatus, version: string): Result {
  if (status.version === version) return well('version', version)
  return amiss('version', 'agent-other-version', `the agent is ${status.version}, this command ${version}`)
}

function sending(status: AgentStatus, ago: (atMs: number) => string): Result {
  const { failure, lastAtMs } = status.push
  if (failure && isPushFailing(status)) {
    const words = `nothing since ${lastAtMs === undefined ? 'it started' : ago(lastAtMs)}, ${failure.failures} tries`
    return amiss('sending', 'agent-not-sending', words, { reason: failure.reason })
  }
  return well('sending', lastAtMs === undefined ? 'nothing was due yet' : `the last batch ${ago(lastAtMs)}`)
}

const unit = 'vitals-agent.service'

/** By files alone: nothing is started to find out. */
function service(folders: readonly string[]): Result[] {
  const at = folders.find((folder) => existsSync(join(folder, unit)))
  if (at === undefined) return []
  if (folders.some((folder) => isWanted(folder))) return [well('service', `${join(at, unit)}, enabled`)]
  return [amiss('service', 'service-not-enabled', `${join(at, unit)} is not enabled`)]
}

function isWanted(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.endsWith('.wants') && readdirSync(join(folder, name)).includes(unit))
  } catch {
    return false
  }
}
