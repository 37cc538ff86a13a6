import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { systemClock } from '../../adapters/clock/system.ts'
import { changeControl } from '../../adapters/control/control.ts'
import { alertName } from '../../core/alerts/finding.ts'
import { shards } from '../../core/keys.ts'
import { withAck } from '../../core/telling/control.ts'
import { formatDateTime } from '../../core/view/format.ts'
import { printable } from '../../core/view/html.ts'
import { readOpenAlerts } from '../alerts/open.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import { readIncident, readSaid } from '../silence/read.ts'
import type { Terminal } from '../terminal.ts'
import { parseDuration } from '../times.ts'

const usualFor = '4h'
const namedAtMost = 10

/** Only of what is open: whoever mistypes an incident would wait for a silence that never comes. */
export async function runAck({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const incident = readIncident(parsed.operand ?? '')
  const forMs = parseDuration(parsed.values.for?.[0] ?? usualFor, 'for')
  const { bucket, shardCount } = await openLaidOutBucket(settings)
  const nowMs = systemClock.now()
  const alerts = await readOpenAlerts(bucket, shards(shardCount), nowMs)
  const open = alerts.map(({ incident: id, host, ...named }) => ({ id, words: `${host} ${alertName(named)}` }))
  const found = open.find(({ id }) => id === incident)
  if (!found) throw new Error(`no incident ${incident} is open; ${openWords(open)}`)
  const ack = { incident, untilMs: nowMs + forMs, ...readSaid(parsed, settings), atMs: nowMs }
  const changed = await changeControl(bucket, (control) => withAck(control, ack))
  if (!changed.ok) throw new Error(changed.reason)
  if (parsed.values.json) return terminal.print(JSON.stringify(ack))
  const until = `${formatDateTime(ack.untilMs, settings.timeZone)} ${settings.timeZone}`
  terminal.print(`${printable(found.words)}: acknowledged, not told again until ${until}`)
}

function openWords(open: readonly { id: string; words: string }[]): string {
  if (open.length === 0) return 'none is'
  const more = open.length > namedAtMost ? `, and ${open.length - namedAtMost} more` : ''
  return `there are ${open
    .slice(0, namedAtMost)
    .map(({ id, words }) => `${id} (${printable(words)})`)
    .join(', ')}${more}`
}
