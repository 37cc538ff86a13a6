import { describe, expect, it } from 'vitest'
import { createShard, ruleSetOf, type Sent, said } from './hosts.ts'

const all = ['a', 'b', 'c', 'd', 'e'].map((host): Sent => ({ host }))
const some = (count: number) => all.slice(0, count)

/** All are heard for two minutes; then what `heard` says of each minute. */
function story(heard: (minute: number) => readonly Sent[], minutes: number) {
  const shard = createShard(ruleSetOf())
  const told: string[] = []
  for (let minute = 0; minute <= minutes; minute++) {
    const sent = minute < 2 ? all : heard(minute)
    for (const transition of shard.run(minute, sent)) {
      told.push(`${transition.host}: ${said(transition)}`)
    }
  }
  return { told, state: shard.state() }
}

describe('when hosts fall silent', () => {
  it('all at once, that is one incident, over when they are heard', () => {
    const { told, state } = story((minute) => (minute === 20 ? all : []), 20)
    expect(told).toEqual([
      '*: 6 all-silent ok > firing (critical): nothing heard of 5 of 5 hosts, of the first for 5 min: the store or the way to it, rather than they',
      '*: 20 all-silent firing > ok (critical): 5 of 5 hosts are heard; the others have until they would be called down',
    ])
    expect(state.allSilent).toBeUndefined()
  })

  it('one by one over a while, each is down by itself', () => {
    const { told } = story((minute) => (minute < 12 ? some(4) : minute < 30 ? some(3) : some(2)), 40)
    expect(told.map((line) => line.slice(0, 26))).toEqual([
      'e: 6 host-down ok > firing',
      'd: 16 host-down ok > firin',
      'c: 34 host-down ok > firin',
    ])
  })

  it('two of two are each down by themselves: they may well both be', () => {
    const shard = createShard(ruleSetOf())
    shard.run(0, some(2))
    const told = shard.run(6).map(({ host, rule }) => `${host} ${rule}`)
    expect(told.toSorted()).toEqual(['a host-down', 'b host-down'])
  })

  it('all at once, and one stays away, that one is down by itself as long after as anybody', () => {
    const { told } = story((minute) => (minute < 20 ? [] : some(4)), 26)
    expect(told.map((line) => line.replace(/:.*?(\d+) /, ' $1 ').slice(0, 30))).toEqual([
      '* 6 all-silent ok > firing (cr',
      '* 20 all-silent firing > ok (c',
      'e 25 host-down ok > firing (cr',
    ])
  })

  it('while nobody evaluated, nobody is down: silence counts from when evaluate was back', () => {
    const shard = createShard(ruleSetOf())
    shard.run(0, all)
    expect(shard.run(60, [], { resumedAtMs: Date.UTC(2026, 2, 1, 13) })).toEqual([])
    expect(shard.run(63, some(4))).toEqual([])
    expect(shard.run(65).map(({ host, rule }) => `${host} ${rule}`)).toEqual(['e host-down'])
  })

  it('all at once, state has why for as long as it is so', () => {
    const { state } = story(() => [], 8)
    expect(state).toMatchObject({ allSilent: { state: 'firing' }, allSilentReason: expect.stringContaining('5 of 5') })
    expect(story((minute) => (minute === 8 ? all : []), 8).state).not.toHaveProperty('allSilentReason')
  })

  it('leaves their alerts without data, and not one more incident', () => {
    const shard = createShard(ruleSetOf())
    shard.run(0, all)
    shard.run(6)
    expect(Object.values(shard.state().hosts).flatMap(({ alerts }) => Object.keys(alerts))).toEqual([])
    expect(shard.run(7)).toEqual([])
  })
})
