import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { readConfig } from '../../adapters/config/file.ts'
import { shards } from '../../core/keys.ts'
import { formatDateTime } from '../../core/view/format.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import { type Rebuilt, rebuildState } from '../state/rebuild.ts'
import type { Terminal } from '../terminal.ts'

export async function runStateRebuild({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const { rules, telling: policy } = await readConfig(settings.vitalsFile, settings)
  const { bucket, shardCount } = await openLaidOutBucket(settings)
  const dryRun = parsed.values['dry-run'] !== undefined
  const [head] = parsed.values.head ?? []
  const rebuilt: Rebuilt[] = []
  for (const shard of shards(shardCount)) {
    const one = await rebuildState({ bucket, shard, head, dryRun, rules, policy })
    rebuilt.push(one)
    if (!parsed.values.json) terminal.print(wordsOf(one, { dryRun, timeZone: settings.timeZone }))
  }
  if (parsed.values.json) terminal.print(JSON.stringify(rebuilt))
}

function wordsOf(one: Rebuilt, { dryRun, timeZone }: { dryRun: boolean; timeZone: string }): string {
  const { shard } = one
  if (one.outcome === 'there') return `shard ${shard}: state is there, and stays as it is`
  if (one.outcome === 'no-log') return `shard ${shard}: there is no log: evaluate begins it`
  const at = `${formatDateTime(one.decidedAtMs, timeZone)} ${timeZone}`
  const what = dryRun ? 'would be put' : 'is put'
  return `shard ${shard}: state ${what} as of block ${one.block}, ${at}: ${one.hosts} hosts, ${one.replayed} blocks replayed`
}
