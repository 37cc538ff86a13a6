/**
 * The `limit` items with the largest value, largest first; those of value 0 are nobody's top. Keeps a short sorted list
 * instead of sorting thousands of processes for the sake of twenty.
 */
export function topOf<Item>(items: readonly Item[], limit: number, value: (item: Item) => number): Item[] {
  const top: { item: Item; size: number }[] = []
  for (const item of items) {
    const size = value(item)
    const least = top.length < limit ? 0 : (top.at(-1)?.size ?? Number.POSITIVE_INFINITY)
    if (!(size > least)) continue
    let at = top.length
    while (at > 0 && (top[at - 1]?.size ?? 0) < size) at--
    top.splice(at, 0, { item, size })
    if (top.length > limit) top.pop()
  }
  return top.map(({ item }) => item)
}

interface Choice<Item> {
  tops: readonly Item[]
  watched: readonly Item[]
  limit: number
}

/** Both, once each, and no more than may be told; where that is too many, each has half of it. */
export function chosenOf<Item>({ tops, watched, limit }: Choice<Item>): { chosen: Item[]; left: number } {
  const all = new Set([...tops, ...watched])
  if (all.size <= limit) return { chosen: [...all], left: 0 }
  const firstTops = [...new Set(tops)].slice(0, limit - Math.min(watched.length, Math.floor(limit / 2)))
  const chosen = [...new Set([...firstTops, ...watched, ...tops])].slice(0, limit)
  return { chosen, left: all.size - chosen.length }
}
