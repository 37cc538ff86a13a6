/** A server that is away must cost its own rows and nothing else: the agent runs for real here, beside one. */

import { mkdtempSync, rmSync, type StatsFs, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { systemClock } from '../../../adapters/clock/system.ts'
import { createAgent } from '../../../agent/agent.ts'
import { openLinuxCollector } from '../../../agent/collect/snapshot.ts'
import { unpackBatch } from '../../../core/batch-bytes.ts'
import { inboxPrefix } from '../../../core/keys.ts'
import type { Snapshot } from '../../../core/snapshot.ts'
import { makeSettings } from '../../make.ts'
import { createMemoryBucket } from '../../simulation/memory-bucket.ts'
import { createPlainRandom } from '../functions/notify/manual-clock.ts'
import { fixtureHost } from './collect/fixture.ts'
import { createRecordingLog } from './recording-log.ts'

it('goes on beside a mount whose server never answers: snapshots are taken, sent, and the stop waits for nothing', async () => {
  // Has /srv of a server among its mounts.
  using host = fixtureHost('linux-3.10')
  const directory = mkdtempSync(join(tmpdir(), 'vitals-dead-mount-'))
  const asked: string[] = []
  const fileSystems = {
    now: () => statfsSync(directory),
    later: (mountPoint: string) => {
      asked.push(mountPoint)
      return new Promise<StatsFs>(() => undefined)
    },
  }
  const bucket = createMemoryBucket({ now: () => systemClock.now() })
  const collector = openLinuxCollector({ clock: systemClock, topProcesses: 3, roots: host.roots, fileSystems })
  const settings = makeSettings({
    dataDir: join(directory, 'data'),
    logDir: join(directory, 'logs'),
    intervalMs: 50,
    batchSnapshots: 1,
  })
  const log = createRecordingLog()
  const stop = new AbortController()
  const agent = createAgent({
    settings,
    bucket,
    collector,
    clock: systemClock,
    random: createPlainRandom(),
    log,
    version: '1',
  })
  const ended = agent.run(stop.signal)
  try {
    const snapshots = async () => {
      const found: Snapshot[] = []
      for (const { key } of (await bucket.list(inboxPrefix)).objects) {
        const parsed = unpackBatch((await bucket.get(key))?.body ?? new Uint8Array())
        if (parsed.ok) found.push(...parsed.batch.records.filter((record) => record.kind === 'snapshot'))
      }
      return found
    }
    await expect.poll(async () => (await snapshots()).length, { timeout: 15_000, interval: 100 }).toBeGreaterThan(5)
    const stoppingMs = systemClock.monotonicMs()
    stop.abort()
    await ended
    expect(systemClock.monotonicMs() - stoppingMs).toBeLessThan(3_000)
    for (const { disks, unavailable, cpu } of await snapshots()) {
      expect(disks.map(({ mount }) => mount)).toEqual(['/', '/boot'])
      expect(unavailable?.['disks:/srv']).toBe('statfs of an earlier snapshot has still not answered')
      expect(cpu.load1).toBe(0.52)
    }
    expect(asked, 'a question without an answer is not asked again').toEqual(['/srv'])
  } finally {
    stop.abort()
    await ended
    rmSync(directory, { recursive: true })
  }
})
