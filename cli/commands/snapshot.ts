import { systemClock } from '../../adapters/clock/system.ts'
import { openCollector } from '../../agent/collect/open.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import { snapshotText } from '../snapshot-text.ts'
import type { Terminal } from '../terminal.ts'

/** Rates are over this time. */
const betweenMs = 1_000

/** One snapshot of this host, as its agent would take it; nothing is kept or sent. */
export async function runSnapshot({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const { host, timeZone, intervalMs, topProcesses, topOpenFiles, watches, pss, sensors } = settings
  const collector = openCollector({ clock: systemClock, topProcesses, topOpenFiles, watches, pss, sensors })
  try {
    await collector.collect({ intervalMs })
    await systemClock.sleep(betweenMs)
    const snapshot = await collector.collect({ intervalMs })
    terminal.print(parsed.values.json ? JSON.stringify(snapshot) : snapshotText(snapshot, { host, timeZone }))
  } finally {
    collector.close()
  }
}
