/** For each test a directory on which evaluate has run as the default rules have it, empty at first. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { openDirectoryBucket } from '../../../../adapters/bucket/directory.ts'
import type { Bucket } from '../../../../adapters/bucket/port.ts'
import { defaultRuleSet } from '../../../../core/alerts/default-rules.ts'
import { type LivedBucket, liveOn } from '../../../lived-bucket.ts'
import { makeSettings, makeSnapshot, minuteMs } from '../../../make.ts'

export const defaultRules = defaultRuleSet(makeSettings())

type Disks = [mount: string, percent: number][]

export interface Place {
  readonly bucket: Bucket
  readonly lived: LivedBucket
  /** A snapshot a minute, with these disks, each taken by a run of evaluate, and of notify where that runs. */
  minutes(host: string, ...disks: Disks[]): Promise<void>
}

/** What it has is of the test that runs. */
export function livedDirectory({ notifies = false } = {}): Place {
  let directory: string
  let bucket: Bucket
  let lived: LivedBucket
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vitals-alerts-'))
    bucket = await openDirectoryBucket(directory)
    lived = await liveOn(bucket, { rules: defaultRules })
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))
  return {
    get bucket() {
      return bucket
    },
    get lived() {
      return lived
    },
    minutes: async (host, ...disks) => {
      for (const now of disks) {
        lived.pass(minuteMs)
        await lived.send(host, [makeSnapshot({ atMs: lived.now(), disks: now })])
        await lived.evaluate()
        if (notifies) await lived.notify()
      }
    },
  }
}
