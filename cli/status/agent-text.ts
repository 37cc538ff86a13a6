/** What the agent of this host does, in a few lines. */
import { type AgentStatus, isPushFailing } from '../../core/agent-status.ts'
import { formatBytes, formatDuration, formatPercent } from '../../core/view/format.ts'
import { oneLine } from '../../core/view/line.ts'
import type { AgentSeen } from './read-agent.ts'

const margin = ' '.repeat(10)

export function agentLines(seen: AgentSeen, nowMs: number): string[] {
  switch (seen.state) {
    case 'none':
      return [`${'agent'.padEnd(10)}none has run here: there is no ${seen.path}`]
    case 'unreadable':
      return [
        `${'agent'.padEnd(10)}its status can't be read: ${seen.path}: ${oneLine(seen.problem)}`,
        `${margin}A running agent writes it anew at its next snapshot.`,
      ]
    case 'running':
    case 'silent':
    case 'dead':
    case 'stopped':
      return [headLine(seen, nowMs), ...bodyLines(seen.status, nowMs).map((line) => `${margin}${line}`)]
  }
}

function headLine({ state, status }: Extract<AgentSeen, { status: AgentStatus }>, nowMs: number): string {
  const { pid, host, version, startedAtMs, stoppedAtMs, writtenAtMs } = status
  const ago = (atMs: number) => formatDuration(Math.max(0, nowMs - atMs))
  const words = {
    running: `running for ${ago(startedAtMs)}, process ${pid}`,
    silent: `SILENT: process ${pid} is there and has said nothing for ${ago(writtenAtMs)}`,
    dead: `DEAD: process ${pid} is gone without a goodbye, last heard ${ago(writtenAtMs)} ago`,
    stopped: `stopped ${ago(stoppedAtMs ?? writtenAtMs)} ago`,
  }[state]
  return `${'agent'.padEnd(10)}${oneLine(host)}  ${words}, version ${oneLine(version)}`
}

function bodyLines(status: AgentStatus, nowMs: number): string[] {
  const { snapshot, alerts, push, spool, bucket } = status
  const ago = (atMs: number) => `${formatDuration(Math.max(0, nowMs - atMs))} ago`
  const waiting = spool.batches === 0 ? 'nothing waits' : `${spool.batches} batches wait, ${formatBytes(spool.bytes)}`
  const dropped = spool.droppedSnapshots === 0 ? '' : `, ${spool.droppedSnapshots} snapshots dropped`
  const missing = Object.keys(snapshot?.unavailable ?? {}).length
  return [
    snapshot ? `snapshot ${ago(snapshot.atMs)}: ${figures(snapshot)}` : 'no snapshot yet',
    ...(missing > 0 ? [`${missing} ${missing === 1 ? 'value' : 'values'} could not be read: see vitals doctor`] : []),
    ...alerts.map((alert) => `${alertWords(alert)}, ${ago(alert.sinceMs)}`),
    ...(spool.state === 'memory' ? ['! the disk takes nothing: what waits is in memory, and a crash loses it'] : []),
    `${push.lastAtMs === undefined ? 'nothing sent yet' : `sent ${ago(push.lastAtMs)}`} to ${oneLine(bucket)}; ${waiting}${dropped}`,
    ...failureLines(status, nowMs),
  ]
}

function figures({ cpuPercent, memoryPercent, fullestDisk, load1 }: NonNullable<AgentStatus['snapshot']>): string {
  const disk = fullestDisk ? [`${oneLine(fullestDisk.mount)} ${formatPercent(fullestDisk.usedPercent)}`] : []
  const load = load1 === undefined ? [] : [`load ${load1.toFixed(2)}`]
  return [`CPU ${formatPercent(cpuPercent)}`, `memory ${formatPercent(memoryPercent)}`, ...disk, ...load].join('  ')
}

function alertWords({ rule, entity, value, threshold, message }: AgentStatus['alerts'][number]): string {
  const name = oneLine(`${rule} ${entity}`.trim())
  if (message !== undefined) return `found by a check: ${name}: ${oneLine(message)}`
  return `above its threshold: ${name} ${formatPercent(value)} > ${formatPercent(threshold)}`
}

function failureLines(status: AgentStatus, nowMs: number): string[] {
  const { failure } = status.push
  if (!failure) return []
  const { atMs, failures, reason, nextTryAtMs } = failure
  const when = `${formatDuration(Math.max(0, nowMs - atMs))} ago`
  if (!isPushFailing(status)) return [`last failure ${when}, over since: ${oneLine(reason)}`]
  const next = nextTryAtMs > nowMs ? `, next try in ${formatDuration(nextTryAtMs - nowMs)}` : ''
  return [
    `! not sent, ${failures} ${failures === 1 ? 'try' : 'tries'} so far, the last ${when}${next}: ${oneLine(reason)}`,
  ]
}
