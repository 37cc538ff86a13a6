import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BlockName, blockKey, noBlock } from '../../../core/keys.ts'
import { committedChain } from '../../../core/log-chain.ts'

const id = (text: string) => text.repeat(16).slice(0, 16)
const name = (n: number, write: string, prev: string): BlockName => ({
  shard: 'all',
  n,
  write: id(write),
  prev: prev === '' ? noBlock : id(prev),
})
const one = name(1, 'a', '')
const two = name(2, 'b', 'a')
const three = name(3, 'c', 'b')
const keysOf = (...names: BlockName[]) => names.map(blockKey)

describe('committedChain', () => {
  it('is what head reaches, ascending', () => {
    const { committed, orphans } = committedChain(keysOf(one, two, three), three)
    expect(committed.map((block) => block.name)).toEqual([one, two, three])
    expect(orphans).toEqual([])
  })

  it('leaves out what lost the commit, and what was built upon it', () => {
    const lost = name(2, 'd', 'a')
    const upon = name(3, 'e', 'd')
    const { committed, orphans } = committedChain(keysOf(one, two, lost, upon, three), three)
    expect(committed.map((block) => block.name)).toEqual([one, two, three])
    expect(orphans).toEqual(keysOf(lost, upon))
  })

  it('leaves alone what comes after head: a run may be about to commit it', () => {
    expect(committedChain(keysOf(one, two, three), two)).toMatchObject({
      committed: [{ name: one }, { name: two }],
      orphans: [],
    })
  })

  it('calls nothing an orphan that lies before the place where the chain breaks off', () => {
    const { committed, orphans } = committedChain(keysOf(one, name(2, 'd', 'a'), three), three)
    expect(committed.map((block) => block.name)).toEqual([three])
    expect(orphans).toEqual([])
  })

  it('is empty without a head, and when its block is not there', () => {
    expect(committedChain(keysOf(one), undefined)).toEqual({ committed: [], orphans: [] })
    expect(committedChain(keysOf(one), two)).toEqual({ committed: [], orphans: [] })
  })

  it('ignores keys that are no blocks', () => {
    expect(committedChain(['log/v1/all/README', ...keysOf(one)], one).committed).toHaveLength(1)
  })

  it('gives the committed blocks, and only them, whatever else lies there', () => {
    const write = fc.stringMatching(/^[0-9a-f]{16}$/)
    const strays = fc.array(fc.record({ n: fc.integer({ min: 1, max: 8 }), write, prev: write }))
    fc.assert(
      fc.property(fc.uniqueArray(write, { minLength: 1, maxLength: 6 }), strays, (writes, others) => {
        const chain = writes.map(
          (own, index): BlockName => ({ shard: 'all', n: index + 1, write: own, prev: writes[index - 1] ?? noBlock }),
        )
        const strayBlocks = others
          .filter((other) => !writes.includes(other.write))
          .map((other) => ({ shard: 'all', ...other }))
        const head = chain.at(-1)
        const { committed, orphans } = committedChain([...new Set(keysOf(...chain, ...strayBlocks))].sort(), head)
        expect(committed.map((block) => block.name)).toEqual(chain)
        expect(orphans.toSorted()).toEqual(
          [...new Set(keysOf(...strayBlocks.filter(({ n }) => n <= chain.length)))].sort(),
        )
      }),
    )
  })
})
