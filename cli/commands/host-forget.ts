import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { readShardState } from '../../adapters/bucket/shard-state.ts'
import { systemClock } from '../../adapters/clock/system.ts'
import { changeControl } from '../../adapters/control/control.ts'
import { shardOfHost } from '../../core/keys.ts'
import type { HostState } from '../../core/shard/state.ts'
import { nearestWord } from '../../core/spelling.ts'
import { withForgotten } from '../../core/telling/control.ts'
import { formatDuration } from '../../core/view/format.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import { readSaid } from '../silence/read.ts'
import type { Terminal } from '../terminal.ts'

const misspellingEdits = 3

/** For a machine that is gone for good. Its history stays. Refused while it sends: it would come back at once. */
export async function runHostForget({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const name = parsed.operand ?? ''
  const { bucket, shardCount } = await openLaidOutBucket(settings)
  const { hosts = {} } = (await readShardState(bucket, shardOfHost(name, shardCount)))?.state ?? {}
  const host = Object.hasOwn(hosts, name) ? hosts[name] : undefined
  if (!host) {
    const meant = nearestWord(name, Object.keys(hosts), misspellingEdits)
    throw new Error(`no host ${name} is known in ${bucket.url}${meant === undefined ? '' : `; is ${meant} meant?`}`)
  }
  const nowMs = systemClock.now()
  if (isSending(host, nowMs)) {
    const ago = formatDuration(nowMs - host.lastArrivalMs)
    throw new Error(`${name} has sent something ${ago} ago: stop its agent first, or it comes back at once`)
  }
  const { by } = readSaid(parsed, settings)
  // What it sent last is known: this clock may be behind that of the functions.
  const said = { host: name, by, atMs: Math.max(nowMs, host.lastArrivalMs + 1) }
  const changed = await changeControl(bucket, (control) => withForgotten(control, said))
  if (!changed.ok) throw new Error(changed.reason)
  if (parsed.values.json) return terminal.print(JSON.stringify(said))
  terminal.print(
    `${name} is forgotten by the next run of evaluate, unless it sends something before; its history stays`,
  )
}

/** It didn't say goodbye, and may only be between two sendings. */
function isSending({ stoppedAtMs, lastArrivalMs, shipEveryMs }: HostState, nowMs: number): boolean {
  return stoppedAtMs === undefined && nowMs - lastArrivalMs < 2 * shipEveryMs + 60_000
}
