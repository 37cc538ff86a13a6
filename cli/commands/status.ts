import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { systemClock } from '../../adapters/clock/system.ts'
import { alertName } from '../../core/alerts/finding.ts'
import { shards } from '../../core/keys.ts'
import { formatPercent } from '../../core/view/format.ts'
import { printable } from '../../core/view/html.ts'
import { isStale, stateOf, wordsOf, worstFirst } from '../../functions/open/host-view.ts'
import { readStatus } from '../../functions/open/read-status.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'

/** What the status page says, in the terminal. Nothing is written: who may only read may look. */
export async function runStatus({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const { bucket, shardCount } = await openLaidOutBucket(settings)
  const nowMs = systemClock.now()
  const { nows, problems } = await readStatus({ bucket, shards: shards(shardCount), nowMs })
  const hosts = worstFirst(
    nows.flatMap((now) => now.hosts),
    nowMs,
  )
  if (parsed.values.json) return terminal.print(JSON.stringify(hosts))
  for (const problem of problems) terminal.print(`! ${printable(problem)}`)
  if (hosts.length === 0) return terminal.print(`No host has been evaluated yet in ${bucket.url}`)
  for (const host of hosts) {
    const state = stateOf(host, nowMs)
    const { cpu, memory } = isStale(state) ? {} : (host.latest ?? {})
    const figures = `CPU ${formatPercent(cpu?.percent)}  memory ${formatPercent(memory?.usedPercent)}`
    terminal.print(`${wordsOf(state).word.padEnd(8)}  ${printable(host.host)}  ${figures}`)
    for (const { rule, entity, alert, reason = '' } of host.alerts) {
      terminal.print(`          ${alert.state} ${printable(alertName({ rule, entity }))}: ${printable(reason)}`)
    }
  }
}
