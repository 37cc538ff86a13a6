/** Several logs as one, in the order of their times. Each is in order itself, but for clocks that went back. */
export interface Source<Item> {
  items: AsyncIterator<Item>
  timeOf(item: Item): number | undefined
}

/** What has no time comes as soon as it is met. */
export async function* mergeByTime<Item>(sources: readonly Source<Item>[]): AsyncGenerator<Item> {
  const heads = await Promise.all(sources.map(async (source) => ({ source, next: await source.items.next() })))
  for (;;) {
    let first: (typeof heads)[number] | undefined
    let firstMs = Number.POSITIVE_INFINITY
    for (const head of heads) {
      if (head.next.done) continue
      const atMs = head.source.timeOf(head.next.value) ?? Number.NEGATIVE_INFINITY
      if (!first || atMs < firstMs) {
        first = head
        firstMs = atMs
      }
    }
    if (!first || first.next.done) return
    yield first.next.value
    first.next = await first.source.items.next()
  }
}
