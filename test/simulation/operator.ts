/** Somebody at a terminal, who says something of a host while all goes wrong. */
import type { Bucket } from '../../adapters/bucket/port.ts'
import { readShardState } from '../../adapters/bucket/shard-state.ts'
import { changeControl } from '../../adapters/control/control.ts'
import { withAck, withExpired, withForgotten, withSilence } from '../../core/telling/control.ts'
import { minuteMs } from '../make.ts'
import type { Scheduler } from './scheduler.ts'
import { hostNames, type OperatorWord } from './story.ts'

const forMs = 40 * minuteMs

export async function operate(
  { says, host: index }: OperatorWord,
  { bucket, shard, scheduler }: { bucket: Bucket; shard: string; scheduler: Scheduler },
): Promise<void> {
  const host = hostNames[index] ?? ''
  const nowMs = scheduler.now()
  const untilMs = nowMs + forMs
  const who = { by: 'root', comment: '' }
  switch (says) {
    case 'silence': {
      const silence = {
        id: scheduler.hex(4),
        match: { hosts: [host] },
        fromMs: nowMs,
        untilMs,
        createdAtMs: nowMs,
        ...who,
      }
      await changeControl(bucket, (control) => withSilence(control, silence))
      return
    }
    case 'expire':
      await changeControl(bucket, (control) => withExpired(control, { id: control.silences[0]?.id ?? '', nowMs }))
      return
    case 'ack': {
      const { telling = {} } = (await readShardState(bucket, shard))?.state ?? {}
      const [incident] = Object.entries(telling).find(([, told]) => told.host === host) ?? []
      if (incident === undefined) return
      await changeControl(bucket, (control) => withAck(control, { incident, untilMs, atMs: nowMs, ...who }))
      return
    }
    case 'forget':
      await changeControl(bucket, (control) => withForgotten(control, { host, by: 'root', atMs: nowMs }))
  }
}
