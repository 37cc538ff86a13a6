import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { systemClock } from '../../adapters/clock/system.ts'
import { readConfig } from '../../adapters/config/file.ts'
import { formatNumber } from '../../core/view/format.ts'
import { explainIncident } from '../alerts/explain.ts'
import { explainLines } from '../alerts/explain-text.ts'
import { findIncident } from '../alerts/find.ts'
import { ruleNowOf } from '../alerts/rule-now.ts'
import { jsonLine } from '../lake/visible.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'

export async function runAlertsExplain({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const { timeZone, vitalsFile } = settings
  const nowMs = systemClock.now()
  const { rules } = await readConfig(vitalsFile, settings)
  const { bucket, shardCount } = await openLaidOutBucket(settings)
  const log = terminal.createLog('stderr', timeZone)
  const found = await findIncident({ bucket, shardCount, log }, parsed.operand ?? '', nowMs)
  const explained = await explainIncident(found, {
    bucket,
    nowMs,
    onProgress: ({ blocks, of }) => terminal.progress(`${formatNumber(blocks)} of ${formatNumber(of)} blocks read …`),
  }).finally(() => terminal.progress(''))
  const ruleNow = ruleNowOf(rules, explained)
  if (parsed.values.json) return terminal.print(jsonLine({ ...explained, ...(ruleNow ? { ruleNow } : {}) }))
  for (const line of explainLines(explained, { nowMs, timeZone, ruleNow })) terminal.print(line)
}
