/** A process that races for a bucket: `race-worker.ts <module that exports openBucket> <url>`, then jobs as messages. */
import type { Bucket } from '../../../adapters/bucket/port.ts'
import { type RaceJob, runRaceJob } from './races.ts'

const [, , module = '', url = ''] = process.argv
const { openBucket } = (await import(module)) as { openBucket: (url: string) => Promise<Bucket> }
const bucket = await openBucket(url)

process.on('message', async (job: RaceJob) => {
  try {
    process.send?.({ wins: await runRaceJob(bucket, job) })
  } catch (error) {
    process.send?.({ error: (error as Error).stack })
  }
})
process.send?.({ ready: true })
