/** A host with a real agent, whose readings are made up: as busy as it is told, and dead when it is told. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBucket } from '../adapters/bucket/open.ts'
import { type Bucket, BucketError } from '../adapters/bucket/port.ts'
import { systemClock, systemRandom } from '../adapters/clock/system.ts'
import { silentLog } from '../adapters/log/port.ts'
import { createAgent } from '../agent/agent.ts'
import { makeSettings, makeSnapshot } from './make.ts'

export interface SimulatedHost {
  name: string
  cpuPercent: number
  /** Batches that the bucket has taken. */
  sent: number
  /** From now on nothing of it comes through, not even a goodbye. */
  die(): Promise<void>
  /** Says goodbye. */
  stop(): Promise<void>
}

/** A snapshot and a batch each second. */
export async function startSimulatedHost(name: string, bucketUrl: string): Promise<SimulatedHost> {
  const directory = await mkdtemp(join(tmpdir(), 'vitals-simulated-'))
  const stopping = new AbortController()
  let isCutOff = false
  const agent = createAgent({
    settings: makeSettings({
      host: name,
      intervalMs: 1_000,
      batchSnapshots: 1,
      dataDir: join(directory, 'data'),
      logDir: join(directory, 'logs'),
      stopWithinMs: 5_000,
    }),
    bucket: cutOff(await openBucket(bucketUrl), () => isCutOff),
    collector: {
      collect: async () => makeSnapshot({ atMs: Date.now(), cpuPercent: host.cpuPercent }),
      facts: async () => ({ os: 'simulated', cores: 2 }),
      close: () => {},
    },
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    version: '0.0.0',
    onPushed: () => {
      host.sent += 1
    },
  })
  const ended = agent.run(stopping.signal)
  const stop = async () => {
    stopping.abort()
    await ended
    await rm(directory, { recursive: true, force: true })
  }
  const host: SimulatedHost = {
    name,
    cpuPercent: 20,
    sent: 0,
    stop,
    die: () => {
      isCutOff = true
      return stop()
    },
  }
  return host
}

function cutOff(bucket: Bucket, isCutOff: () => boolean): Bucket {
  return {
    ...bucket,
    put: async (key, ...rest) => {
      if (isCutOff()) throw new BucketError('the host is dead', { operation: 'put', key, effect: 'none' })
      return bucket.put(key, ...rest)
    },
  }
}
