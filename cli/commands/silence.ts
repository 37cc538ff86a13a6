import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { systemClock, systemRandom } from '../../adapters/clock/system.ts'
import { changeControl, readControl } from '../../adapters/control/control.ts'
import { isOver, withExpired, withSilence } from '../../core/telling/control.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import { readMatch, readSaid, readSpan } from '../silence/read.ts'
import { silenceLines, stateOfSilence } from '../silence/text.ts'
import type { Terminal } from '../terminal.ts'

interface Run {
  parsed: Parsed
  terminal: Terminal
}

export async function runSilenceAdd({ parsed, terminal }: Run): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const nowMs = systemClock.now()
  const silence = {
    id: systemRandom.hex(4),
    match: readMatch(parsed),
    ...readSpan(parsed, { nowMs, timeZone: settings.timeZone }),
    ...readSaid(parsed, settings),
    createdAtMs: nowMs,
  }
  const { bucket } = await openLaidOutBucket(settings)
  const changed = await changeControl(bucket, (control) => withSilence(control, silence))
  if (!changed.ok) throw new Error(changed.reason)
  if (parsed.values.json) return terminal.print(JSON.stringify(silence))
  const lines = silenceLines({ ...changed.control, silences: [silence], acks: [] }, { ...settings, nowMs })
  for (const line of lines) terminal.print(line)
  terminal.print(`vitals silence expire ${silence.id}   # ends it`)
}

export async function runSilenceList({ parsed, terminal }: Run): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const { bucket } = await openLaidOutBucket(settings)
  const { control } = await readControl(bucket)
  const nowMs = systemClock.now()
  const silences = control.silences.filter((silence) => parsed.values.all || !isOver(silence, nowMs))
  if (parsed.values.json) {
    const told = silences.map((silence) => ({ ...silence, state: stateOfSilence(silence, nowMs) }))
    return terminal.print(JSON.stringify({ silences: told, acks: control.acks }))
  }
  for (const line of silenceLines({ ...control, silences }, { ...settings, nowMs })) terminal.print(line)
}

export async function runSilenceExpire({ parsed, terminal }: Run): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const { bucket } = await openLaidOutBucket(settings)
  const id = parsed.operand ?? ''
  const nowMs = systemClock.now()
  const changed = await changeControl(bucket, (control) => withExpired(control, { id, nowMs }))
  if (!changed.ok) throw new Error(`${changed.reason} (see vitals silence list)`)
  terminal.print(
    parsed.values.json ? JSON.stringify({ expired: id }) : `silence ${id} is over: what still fires is told`,
  )
}
