/** What keeping bytes and asking for them costs, by the prices of core/cost/prices.ts: S3 Standard in us-east-1, the first 50 TB. */
import { dollarsFor, usEast1 } from './cost/prices.ts'

/** S3 counts in powers of 1024. */
const gib = 1024 ** 3

/** US cents. */
export function requestsCost({ reads, lists, writes }: { reads: number; lists: number; writes: number }): number {
  return 100 * (dollarsFor(usEast1, 's3Read', reads) + dollarsFor(usEast1, 's3Write', lists + writes))
}

/** A month. */
export function storageDollars(bytes: number): number {
  return dollarsFor(usEast1, 's3Storage', bytes / gib)
}
