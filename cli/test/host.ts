/** The agent of a host in a test: the real spool and the real shipper, without what collects. */
import { join } from 'node:path'
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { Clock, Random } from '../../adapters/clock/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import { createShipper } from '../../agent/ship/ship.ts'
import { openDirectoryStorage } from '../../agent/spool/directory-storage.ts'
import { openSpool } from '../../agent/spool/spool.ts'
import { hostSegment } from '../../core/host-segment.ts'
import type { Settings } from '../../core/settings.ts'
import type { Snapshot } from '../../core/snapshot.ts'
import { version } from '../version.ts'

export interface TestHost {
  /** Through the spool into the bucket. Throws when the bucket has not taken it. */
  send(sent: { snapshot: Snapshot; tags: Readonly<Record<string, string>>; shipEveryMs: number }): Promise<void>
  close(): void
}

export interface TestHostOptions {
  host: string
  /** Of all hosts. */
  directory: string
  bucket: Bucket
  settings: Pick<Settings, 'spoolMaxBytes' | 'spoolMaxAgeMs'>
  clock: Clock
  random: Random
  log: Log
}

export async function openTestHost(options: TestHostOptions): Promise<TestHost> {
  const { host, directory, bucket, settings, clock, random, log } = options
  // Nobody pulls the plug here.
  const storage = openDirectoryStorage(join(directory, hostSegment(host)), { fsync: 'never' })
  const { spoolMaxBytes: maxBytes, spoolMaxAgeMs: maxAgeMs } = settings
  const spool = await openSpool({ storage, stream: random.hex(8), maxBytes, maxAgeMs, clock, log })
  const shipper = createShipper({ spool, bucket, clock, random, log })
  return {
    send: async ({ snapshot, tags, shipEveryMs }) => {
      await spool.add(snapshot)
      await spool.seal({ host, agentVersion: version, shipEveryMs, facts: { tags: { ...tags } } })
      await shipper.flush(new AbortController().signal)
      const { batches } = spool.stats()
      if (batches > 0) throw new Error(`${host}: ${batches} batches were not taken by ${bucket.url}`)
    },
    close: () => storage.close(),
  }
}
