import type { Bucket, ListedObject } from './port.ts'

/** Page by page, in the order of keys. Goes on after the last key of a page, whatever became of the objects on it. */
export async function* pagesOf(bucket: Bucket, prefix: string, from = ''): AsyncGenerator<ListedObject[]> {
  for (let startAfter = from; ; ) {
    const { objects, more } = await bucket.list(prefix, startAfter === '' ? {} : { startAfter })
    yield objects
    const last = objects.at(-1)
    if (!more || !last) return
    startAfter = last.key
  }
}
