/** What the parts of the contract say often. */
import { createHash } from 'node:crypto'
import type { Bucket, ListedObject } from '../../../adapters/bucket/port.ts'

/** The bucket of a suite, known once the suite begins. */
export interface Under {
  bucket: Bucket
}

export function bytes(text: string): Uint8Array {
  return Buffer.from(text)
}

export function textOf(held: { body: Uint8Array } | undefined): string | undefined {
  return held && Buffer.from(held.body).toString()
}

export function sha256(body: Uint8Array | undefined): string {
  return body ? createHash('sha256').update(body).digest('hex') : 'nothing'
}

export async function writtenEtag(bucket: Bucket, key: string, body: string): Promise<string> {
  const put = await bucket.put(key, bytes(body))
  if (put.outcome !== 'written') throw new Error(`plain put of ${key}: ${put.outcome}, expected written`)
  return put.etag
}

export async function pagesOf(bucket: Bucket, prefix: string, options: { limit?: number }): Promise<ListedObject[][]> {
  const pages: ListedObject[][] = []
  for (let startAfter: string | undefined; ; ) {
    const { objects, more } = await bucket.list(prefix, startAfter === undefined ? options : { ...options, startAfter })
    pages.push(objects)
    startAfter = objects.at(-1)?.key
    if (!more) return pages
  }
}

export async function keysBelow(bucket: Bucket, prefix: string): Promise<string[]> {
  return (await pagesOf(bucket, prefix, {})).flat().map(({ key }) => key)
}

export async function inParallel<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = [...items]
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await act(item)
  }
  await Promise.all(Array.from({ length: 16 }, work))
}
