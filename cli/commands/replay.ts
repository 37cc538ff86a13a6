import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { systemClock } from '../../adapters/clock/system.ts'
import { readConfig } from '../../adapters/config/file.ts'
import { shards } from '../../core/keys.ts'
import { sumByReceiver } from '../../core/replay/compare.ts'
import { formatNumber } from '../../core/view/format.ts'
import { readRange } from '../lake/period.ts'
import { jsonLine } from '../lake/visible.ts'
import type { Parsed } from '../options.ts'
import { type Replayed, replayLog } from '../replay/replay.ts'
import { replayLines } from '../replay/text.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'

/** Reads the log, and writes nothing: neither into the bucket, nor to anybody. */
export async function runReplay({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const { timeZone, vitalsFile: path, evaluateEveryMs: everyMs } = settings
  const { rules, telling: policy } = await readConfig(path, settings)
  const nowMs = systemClock.now()
  const said = readRange(parsed, timeZone, nowMs)
  const range = { ...said, toMs: Math.min(said.toMs, nowMs) }
  const { bucket, shardCount } = await openLaidOutBucket(settings)
  const replayed = await replayLog({
    bucket,
    shards: shards(shardCount),
    ...range,
    rules,
    policy,
    everyMs,
    onProgress: ({ blocks, of, shard }) => {
      const place = shardCount === 1 ? '' : ` of shard ${shard}`
      terminal.progress(`${formatNumber(blocks)} of ${formatNumber(of)} runs${place} replayed …`)
    },
  }).finally(() => terminal.progress(''))
  if (parsed.values.json) return terminal.print(jsonLine({ ...range, rules: path, ...told(replayed) }))
  for (const line of replayLines(replayed, { ...range, timeZone, path })) terminal.print(line)
}

function told(replayed: Replayed) {
  const { foreign, differences, decisions } = replayed
  const isSame = foreign === undefined && differences.length === 0
  return { ...replayed, decisions, isSame, receivers: sumByReceiver(replayed.notices) }
}
