import type { ShardInput } from './inputs.ts'
import { mayTake, newStream, type StreamState, taken } from './streams.ts'
import type { NewBatch } from './take.ts'

export interface Sifted {
  /** By host, in the order of their keys. */
  fresh: Map<string, NewBatch[]>
  deletable: string[]
}

/** Which batches are new, and what may go from the inbox. */
export function sift(
  streamsOf: (host: string) => Readonly<Record<string, StreamState>> | undefined,
  inputs: readonly ShardInput[],
): Sifted {
  const fresh = new Map<string, NewBatch[]>()
  const streams = new Map<string, ReturnType<typeof newStream>>()
  const deletable: string[] = []
  for (const input of inputs) {
    if (input.kind === 'refused') deletable.push(input.key)
    if (input.kind !== 'batch') continue
    const { host, stream, seq, sha16 } = input.name
    const streamKey = `${stream}/${host}`
    const known = streams.get(streamKey) ?? streamsOf(host)?.[stream] ?? newStream(0)
    const { take } = mayTake(known, seq, sha16)
    if (take === 'later') continue
    deletable.push(input.key)
    if (take === 'no') continue
    streams.set(streamKey, taken(known, seq, sha16, 0))
    const batches = fresh.get(host) ?? []
    batches.push({ name: input.name, batch: input.batch, clone: take === 'clone' })
    fresh.set(host, batches)
  }
  return { fresh, deletable }
}
