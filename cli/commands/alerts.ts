import { readHeartbeat } from '../../adapters/bucket/heartbeat.ts'
import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { systemClock } from '../../adapters/clock/system.ts'
import { matchesGlob } from '../../core/glob.ts'
import { awayWords, isAway } from '../../core/heartbeat.ts'
import { shards } from '../../core/keys.ts'
import { readIncidents } from '../alerts/history.ts'
import { historyLines } from '../alerts/history-text.ts'
import { readOpenAlerts } from '../alerts/open.ts'
import { openLines } from '../alerts/open-text.ts'
import { ReportedFailure, UsageError } from '../errors.ts'
import { readRange } from '../lake/period.ts'
import { jsonLine } from '../lake/visible.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'

interface Run {
  parsed: Parsed
  terminal: Terminal
}

/** What is open, or what was. Nothing is written. */
export async function runAlerts({ parsed, terminal }: Run): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const { values } = parsed
  const { timeZone } = settings
  const nowMs = systemClock.now()
  if (!values.history && (values.days ?? values.from ?? values.to)) {
    throw new UsageError('--days, --from and --to are of --history')
  }
  const { bucket, shardCount } = await openLaidOutBucket(settings)
  const isWanted = ({ host, rule }: { host: string; rule: string }) =>
    isOneOf(values.host, host) && isOneOf(values.rule, rule)
  if (values.history) {
    const { fromMs, toMs } = readRange({ values }, timeZone, nowMs)
    const log = terminal.createLog('stderr', timeZone)
    const all = await readIncidents({ bucket, shards: shards(shardCount), log }, { fromMs, toMs })
    const incidents = all.filter(isWanted)
    if (values.json) terminal.print(jsonLine({ fromMs, toMs, incidents }))
    else for (const line of historyLines(incidents, { nowMs, timeZone })) terminal.print(line)
    return
  }
  const open = (await readOpenAlerts(bucket, shards(shardCount), nowMs)).filter(isWanted)
  if (values.json) terminal.print(jsonLine({ atMs: nowMs, alerts: open }))
  else {
    const heartbeat = await readHeartbeat(bucket)
    if (heartbeat && isAway(heartbeat, nowMs)) terminal.print(`! ${awayWords(heartbeat, nowMs)}`)
    for (const line of openLines(open, { nowMs, timeZone })) terminal.print(line)
  }
  if (values['exit-code'] && open.length > 0) throw new ReportedFailure()
}

function isOneOf(globs: readonly string[] | undefined, name: string): boolean {
  return globs === undefined || globs.some((glob) => matchesGlob(glob, name))
}
