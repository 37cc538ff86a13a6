/**
 * What keeping bytes costs a month, in US dollars: S3 Standard in us-east-1, as of 2026-06, the first 50 TB; more costs a
 * little less. Without requests, which are most of a small bucket's bill (see the README).
 * https://aws.amazon.com/s3/pricing/
 */
export const storagePrice = { asOf: '2026-06', dollarsPerGibMonth: 0.023 } as const

/** S3 counts in powers of 1024. */
const gib = 1024 ** 3

/** Cents for a thousand: reading, and writing or listing. As of 2026-06, likewise. */
const requestCents = { read: 0.04, write: 0.5 } as const

/** US cents. */
export function requestsCost({ reads, lists, writes }: { reads: number; lists: number; writes: number }): number {
  return (reads * requestCents.read + (lists + writes) * requestCents.write) / 1_000
}

export function storageDollars(bytes: number): number {
  return (bytes / gib) * storagePrice.dollarsPerGibMonth
}
