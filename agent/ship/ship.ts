/**
 * Batches from the spool to the inbox, one put each, only if absent: the key names the content, so that "it is there" is
 * as good as "written". Whatever fails is tried again, with backoff and full jitter, for as long as the spool holds it.
 */
import { type Bucket, BucketError, type PutCondition, type PutResult } from '../../adapters/bucket/port.ts'
import type { Backoff } from '../../adapters/clock/jitter.ts'
import type { Clock, Random } from '../../adapters/clock/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { SpooledBatch } from '../spool/names.ts'
import type { Spool } from '../spool/spool.ts'
import { retryDelayMs, shipRetry } from './retry.ts'

export interface ShipperOptions {
  spool: Spool
  bucket: Bucket
  clock: Clock
  random: Random
  log: Log
  retry?: Backoff
  /** After each batch that the bucket has. `storeAtMs`: what the store's clock said. */
  onPushed?: (pushed: { batch: SpooledBatch; storeAtMs?: number }) => void
  /** The bucket took nothing; `failures` of them in a row. */
  onFailed?: (failure: { reason: string; failures: number; nextTryInMs: number }) => void
}

export interface Shipper {
  /** There is something new: no need to wait for the next look. A backoff goes on. */
  wake(): void
  /** Ships until the signal aborts. */
  run(signal: AbortSignal): Promise<void>
  /** Everything that is in the spool, once, now; for the end. Resolves when done, failed or aborted. */
  flush(signal: AbortSignal): Promise<void>
}

/** With more than this many waiting the newest goes first: alerts recover before history does. */
const backlogBatches = 3
const idleMs = 60_000

export function createShipper({
  spool,
  bucket,
  clock,
  random,
  log,
  retry = shipRetry,
  onPushed,
  onFailed,
}: ShipperOptions): Shipper {
  let failures = 0
  /** The disk, not the bucket, failed at these: the others go first, and these again when nothing else waits. */
  const skipped = new Set<string>()
  const told = new Set<string>()
  let wakeUp: () => void = () => {}
  let isWoken = false

  /** Absent once the store has said that it knows none: who writes the same content twice changes nothing. */
  let condition: PutCondition | undefined = { ifAbsent: true }

  const put = async ({ key, body }: { key: string; body: Uint8Array }): Promise<PutResult> => {
    try {
      return await bucket.put(key, body, condition)
    } catch (error) {
      if (!condition || !(error instanceof BucketError) || !error.isUnknownRequest) throw error
      log.warn('the store knows no conditional writes: batches are sent without', { reason: error.message })
      condition = undefined
      return bucket.put(key, body)
    }
  }
  const ship = async (batch: SpooledBatch): Promise<void> => {
    const file = await spool.read(batch)
    if (!file) return
    const { storeAtMs } = await put(file)
    await spool.sent(batch)
    onPushed?.({ batch, ...(storeAtMs === undefined ? {} : { storeAtMs }) })
  }
  const shipped = () => {
    if (failures > 0) log.info('the bucket takes batches again', { bucket: bucket.url, failures })
    failures = 0
  }
  const failed = (error: BucketError) => {
    failures += 1
    if (failures > 1) return
    const reason = error.message
    log.warn('the bucket takes no batches; they wait in the spool', { bucket: bucket.url, reason })
  }
  const skip = ({ name }: SpooledBatch, error: unknown) => {
    skipped.add(name)
    if (told.has(name)) return
    told.add(name)
    log.error('a batch can not be shipped from the spool', { file: name, reason: (error as Error).message })
  }
  const idle = async (ms: number, signal: AbortSignal, isBackoff: boolean): Promise<void> => {
    if (isWoken && !isBackoff) {
      isWoken = false
      return
    }
    const woken = new AbortController()
    if (!isBackoff) wakeUp = () => woken.abort()
    await clock.sleep(ms, AbortSignal.any([signal, woken.signal]))
    wakeUp = () => {}
    isWoken = false
  }

  return {
    wake: () => {
      isWoken = true
      wakeUp()
    },
    run: async (signal) => {
      while (!signal.aborted) {
        const batch = next(spool.batches().filter(({ name }) => !skipped.has(name)))
        if (!batch) {
          skipped.clear()
          await idle(idleMs, signal, false)
          continue
        }
        try {
          await ship(batch)
          shipped()
        } catch (error) {
          if (!(error instanceof BucketError)) {
            skip(batch, error)
            continue
          }
          failed(error)
          const nextTryInMs = retryDelayMs({ failures, retryAfterMs: error.retryAfterMs }, retry, random)
          onFailed?.({ reason: error.message, failures, nextTryInMs })
          await idle(nextTryInMs, signal, true)
        }
      }
    },
    flush: async (signal) => {
      for (const batch of [...spool.batches()].reverse()) {
        if (signal.aborted) return
        try {
          await ship(batch)
        } catch (error) {
          if (!(error instanceof BucketError)) {
            skip(batch, error)
            continue
          }
          log.warn('not everything could be sent; the next start sends it', { reason: error.message })
          return
        }
      }
    },
  }
}

function next(batches: readonly SpooledBatch[]): SpooledBatch | undefined {
  return batches.length > backlogBatches ? batches.at(-1) : batches[0]
}
