/** What operators say, taken into state where it is news to the shard. */
import { type Control, isOver, noControl } from '../telling/control.ts'
import type { ControlRow } from './block.ts'
import type { HostState, ShardState } from './state.ts'

/** The object as a run found it; `etag` empty: there is none. */
export interface FoundControl {
  etag: string
  control: Control
}

export function takeControl(
  { control: before = noControl, controlEtag = '' }: Pick<ShardState, 'control' | 'controlEtag'>,
  found: FoundControl | undefined,
  { hosts, nowMs }: { hosts: ReadonlyMap<string, HostState>; nowMs: number },
): { control: Control; row?: ControlRow } {
  if (!found || found.etag === controlEtag) return { control: before }
  const control = concerning(found.control, hosts, nowMs)
  if (JSON.stringify(control) === JSON.stringify(before)) return { control: before }
  return { control, row: { kind: 'control', etag: found.etag, control } }
}

/** Without what is over, and without hosts that are not of this shard. */
function concerning(
  { v, silences, acks, forgotten }: Control,
  hosts: ReadonlyMap<string, HostState>,
  nowMs: number,
): Control {
  return {
    v,
    silences: silences.filter((silence) => !isOver(silence, nowMs)),
    acks: acks.filter(({ untilMs }) => nowMs < untilMs),
    forgotten: forgotten.filter(({ host }) => hosts.has(host)),
  }
}
