import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { systemClock } from '../../adapters/clock/system.ts'
import { alertName } from '../../core/alerts/finding.ts'
import { awayWords, type Heartbeat, isAway } from '../../core/heartbeat.ts'
import { shards } from '../../core/keys.ts'
import type { HostNow } from '../../core/now.ts'
import type { Settings } from '../../core/settings.ts'
import { formatPercent } from '../../core/view/format.ts'
import { printable } from '../../core/view/html.ts'
import { isStale, stateOf, wordsOf, worstFirst } from '../../functions/open/host-view.ts'
import { readStatus } from '../../functions/open/read-status.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import { agentLines } from '../status/agent-text.ts'
import { readAgent } from '../status/read-agent.ts'
import type { Terminal } from '../terminal.ts'

/**
 * The agent of this host, as it says itself, and what the status page says of all. Nothing is written: who may only read may
 * look, and who may not even read the bucket (as agents may not) sees the agent's part. Throws where neither is there.
 */
export async function runStatus({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const agent = readAgent({ dataDir: settings.dataDir, nowMs: systemClock.now() })
  const bucket = await readBucket(settings).catch((error: unknown) => {
    if (agent.state === 'none') throw error
    return { url: settings.bucketUrl, unreadable: (error as Error).message }
  })
  if (parsed.values.json) return terminal.print(JSON.stringify({ agent, bucket }))
  for (const line of agentLines(agent, systemClock.now())) terminal.print(printable(line))
  terminal.print('')
  if ('unreadable' in bucket) {
    terminal.print(`The bucket can't be read from here, as it should be where only an agent runs:`)
    return terminal.print(`  ${printable(bucket.unreadable)}`)
  }
  const { heartbeat } = bucket
  if (heartbeat && isAway(heartbeat, systemClock.now())) terminal.print(`! ${awayWords(heartbeat, systemClock.now())}`)
  for (const problem of bucket.problems) terminal.print(`! ${printable(problem)}`)
  if (bucket.hosts.length === 0) return terminal.print(`No host has been evaluated yet in ${bucket.url}`)
  for (const host of bucket.hosts) printHost(host, systemClock.now(), terminal)
}

interface BucketSeen {
  url: string
  /** Worst first. */
  hosts: HostNow[]
  problems: string[]
  /** evaluate's own; absent: it never wrote one. */
  heartbeat?: Heartbeat
}

async function readBucket(settings: Settings): Promise<BucketSeen> {
  const { bucket, shardCount } = await openLaidOutBucket(settings)
  const nowMs = systemClock.now()
  const { nows, problems, heartbeat } = await readStatus({ bucket, shards: shards(shardCount), nowMs })
  const all = nows.flatMap(({ hosts }) => hosts)
  return { url: bucket.url, hosts: worstFirst(all, nowMs), problems, ...(heartbeat ? { heartbeat } : {}) }
}

function printHost(host: HostNow, nowMs: number, terminal: Terminal): void {
  const state = stateOf(host, nowMs)
  const { cpu, memory } = isStale(state) ? {} : (host.latest ?? {})
  const figures = `CPU ${formatPercent(cpu?.percent)}  memory ${formatPercent(memory?.usedPercent)}`
  terminal.print(`${wordsOf(state).word.padEnd(8)}  ${printable(host.host)}  ${figures}`)
  for (const { rule, entity, alert, reason = '' } of host.alerts) {
    terminal.print(`          ${alert.state} ${printable(alertName({ rule, entity }))}: ${printable(reason)}`)
  }
}
