/**
 * The inbox of a shard, bounded and fair: of a host with 100,000 objects a run takes its share and skips the rest, so
 * that the hosts behind it in the alphabet get theirs.
 */
import { type Bucket, BucketError, type ListedObject } from '../../adapters/bucket/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import { unpackBatch } from '../../core/batch-bytes.ts'
import { sha16 } from '../../core/codec.ts'
import { afterHostOf, type InboxName, inboxShardPrefix, parseInboxKey, type Shard } from '../../core/keys.ts'
import { limits } from '../../core/limits.ts'
import type { ShardInput } from '../../core/shard/inputs.ts'

export interface InboxListing {
  objects: ListedObject[]
  /** Where the next run goes on; absent: the end was reached. */
  listAfter?: string
}

export async function listInbox(bucket: Bucket, shard: Shard, listAfter: string | undefined): Promise<InboxListing> {
  const prefix = inboxShardPrefix(shard)
  const objects: ListedObject[] = []
  const perHost = new Map<string, number>()
  let bytes = 0
  let startAfter = listAfter
  for (;;) {
    const page = await bucket.list(prefix, startAfter === undefined ? {} : { startAfter })
    for (const object of page.objects) {
      const end = afterHostOf(object.key)
      const count = perHost.get(end) ?? 0
      startAfter = count >= limits.objectsPerHostAndRun ? end : object.key
      if (count >= limits.objectsPerHostAndRun) continue
      const size = Math.min(object.sizeBytes, limits.batchCompressedBytes)
      if (objects.length >= limits.objectsPerRun || bytes + size > limits.bytesPerRun) {
        return { objects, listAfter: objects.at(-1)?.key ?? object.key }
      }
      perHost.set(end, count + 1)
      bytes += size
      objects.push(object)
    }
    if (!page.more) return { objects }
  }
}

const readsAtOnce = 32

/**
 * Reads and checks. An object that can't be read now stays for the next run, and holds up nobody else's. `unread`: the hosts
 * whose batches these are; what only lies there under another name was never a batch.
 */
export async function readInputs(
  bucket: Bucket,
  objects: readonly ListedObject[],
  log: Log,
): Promise<{ inputs: ShardInput[]; unread: string[] }> {
  const inputs: ShardInput[] = []
  const unread = new Set<string>()
  for (let start = 0; start < objects.length; start += readsAtOnce) {
    const slice = objects.slice(start, start + readsAtOnce)
    const read = await Promise.all(slice.map((object) => readInput(bucket, object, log)))
    for (const input of read) {
      if ('unread' in input) unread.add(input.unread)
      else if (input.kind !== 'gone') inputs.push(input)
    }
  }
  return { inputs, unread: [...unread].sort() }
}

async function readInput(
  bucket: Bucket,
  { key, sizeBytes }: ListedObject,
  log: Log,
): Promise<ShardInput | { kind: 'gone' } | { unread: string }> {
  const name = parseInboxKey(key)
  if (sizeBytes > limits.batchCompressedBytes) {
    const reason = `${sizeBytes} bytes, at most ${limits.batchCompressedBytes} are read`
    return { kind: 'refused', key, reason, ...('host' in name ? { host: name.host } : {}) }
  }
  try {
    const object = await bucket.get(key, { maxBytes: limits.batchCompressedBytes })
    if (!object) return { kind: 'gone' }
    if ('refused' in name) return { kind: 'refused', key, reason: name.refused, body: object.body }
    return checkInput(key, name, object.body)
  } catch (error) {
    if (!(error instanceof BucketError)) throw error
    log.warn('inbox object not readable, left for the next run', { key, reason: error.message })
    return 'refused' in name ? { kind: 'gone' } : { unread: name.host }
  }
}

/** The batch in `body`, held against the key that it came under. */
export function checkInput(key: string, name: InboxName, body: Uint8Array): ShardInput {
  const { host } = name
  const refused = (reason: string): ShardInput => ({ kind: 'refused', key, host, reason, body })
  const hash = sha16(body)
  if (hash !== name.sha16) return refused(`the key says sha256 ${name.sha16}, the content has ${hash}`)
  const parsed = unpackBatch(body)
  if (!parsed.ok) return parsed.newer ? { kind: 'waits', key, host, reason: parsed.reason } : refused(parsed.reason)
  const { header } = parsed.batch
  if (header.host !== host) return refused(`the key names host ${host}, the header ${header.host}`)
  if (header.stream !== name.stream || header.seq !== name.seq) {
    return refused(`the key names batch ${name.stream}-${name.seq}, the header ${header.stream}-${header.seq}`)
  }
  return { kind: 'batch', key, name, batch: parsed.batch }
}
