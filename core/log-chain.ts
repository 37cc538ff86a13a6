/**
 * Which blocks of the log were committed. A block is committed if, and only if, the chain from state's `head` by `prev`
 * reaches it: what a crashed or losing run left behind looks the same, and is not.
 */
import { type BlockName, parseBlockKey } from './keys.ts'

export interface ListedBlock {
  key: string
  name: BlockName
}

export interface LogChain {
  /** Ascending, without holes, up to `head`; as far back as it was listed. */
  committed: ListedBlock[]
  /** Keys that no chain will ever reach: they may be deleted. */
  orphans: string[]
}

export type Head = Pick<BlockName, 'n' | 'write' | 'prev'>

/**
 * `keys`: a listing made after `head` was read, from some block number up. Keys that are no block's are left alone; so is
 * what comes after `head` (a run may be about to commit it) and what lies before the chain breaks off.
 */
export function committedChain(keys: readonly string[], head: Head | undefined): LogChain {
  const listed = listedBlocks(keys)
  const byLink = new Map(listed.map((block) => [linkOf(block.name), block]))
  const committed: ListedBlock[] = []
  let block = head && byLink.get(linkOf(head))
  while (block) {
    committed.push(block)
    block = byLink.get(linkOf({ n: block.name.n - 1, write: block.name.prev }))
  }
  committed.reverse()
  const first = committed[0]
  if (!head || !first) return { committed, orphans: [] }
  const onChain = new Set(committed.map(({ key }) => key))
  const orphans = listed
    .filter(({ key, name }) => name.n >= first.name.n && name.n <= head.n && !onChain.has(key))
    .map(({ key }) => key)
  return { committed, orphans }
}

/**
 * Without a state: the blocks of which one may have been committed last. Nobody builds on what lost, so that all that is built
 * on was committed; of several that end the log one was, and of one alone nobody knows better.
 */
export function possibleHeads(keys: readonly string[]): ListedBlock[] {
  const listed = listedBlocks(keys)
  const last = listed.reduce((most, { name }) => Math.max(most, name.n), 0)
  return listed.filter(({ name }) => name.n === last)
}

function listedBlocks(keys: readonly string[]): ListedBlock[] {
  return keys.flatMap((key): ListedBlock[] => {
    const name = parseBlockKey(key)
    return name ? [{ key, name }] : []
  })
}

function linkOf({ n, write }: Pick<BlockName, 'n' | 'write'>): string {
  return `${n}-${write}`
}
