import { expect, test } from 'vitest'
import { collectFigures } from '../../../../adapters/figures/collect.ts'

test('adds up what a run did, and says 0 of what it did not', () => {
  const collected = collectFigures('evaluate')
  collected.count('SnapshotsTaken', 5)
  collected.count('SnapshotsTaken', 2)
  expect(collected.take()).toEqual({ SnapshotsTaken: 7, LostCommits: 0 })
})

test('takes of each shard what it told last, and of all the sum, the worst or the best', () => {
  const collected = collectFigures('evaluate')
  for (const [shard, waiting, age] of [
    ['a', 1_000, 900],
    ['a', 3, 20],
    ['b', 4, 60],
  ] as const) {
    collected.gauge('InboxWaiting', shard, waiting)
    collected.gauge('InboxOldestAge', shard, age)
    collected.gauge('AgentDataAge', shard, age)
  }
  expect(collected.take()).toMatchObject({ InboxWaiting: 7, InboxOldestAge: 60, AgentDataAge: 20 })
})

test('begins anew with each run, and says nothing of what was not told', () => {
  const collected = collectFigures('evaluate')
  collected.count('LostCommits', 1)
  collected.gauge('AgentDataAge', 'a', 1)
  collected.take()
  expect(collected.take()).toEqual({ SnapshotsTaken: 0, LostCommits: 0 })
})
