import { describe, expect, it } from 'vitest'
import { makeThreshold, minuteMs, startMs } from '../../../make.ts'
import { createShard, ruleSetOf, type Sent, said } from './hosts.ts'

const quiet = { cpuPercent: 10 }
const busy = { cpuPercent: 90 }

/** Each minute what comes in it. */
function story(arrivals: readonly Sent[][], keepFiringMs = 0) {
  const shard = createShard(ruleSetOf(makeThreshold({ keepFiringMs })))
  const transitions = arrivals.map((sent, minute) => shard.run(minute, sent))
  return { told: transitions.map((of) => of.map(said)), transitions: transitions.flat(), state: shard.state() }
}

describe('a late sample', () => {
  it('moves the beginning of an incident that is open, and the incident keeps its id', () => {
    const { told, transitions, state } = story([[quiet], [], [busy], [{ ...busy, at: 1 }]])
    expect(told[2]).toEqual(['2 cpu ok > firing (warning): CPU 90.0 % > 80 %'])
    expect(told[3]).toEqual([
      '1 cpu firing > firing (warning, amends): began 12:01Z, learned 12:03Z: CPU 90.0 % > 80 %',
    ])
    const [first, amended] = transitions
    expect(amended).toMatchObject({
      amends: first?.incident?.id,
      incident: { id: first?.incident?.id, startedAtMs: startMs + minuteMs },
      late: { learnedAtMs: startMs + 3 * minuteMs + 1_000 },
    })
    expect(state.hosts['web-1']?.alerts.cpu).toMatchObject({ incident: amended?.incident })
  })

  it('ends an incident at the time when it was over', () => {
    const { told } = story([[busy], [], [{ cpuPercent: 78 }], [{ ...quiet, at: 1 }]])
    expect(told[3]).toEqual([
      '1 cpu firing > ok (warning, amends): over since 12:01Z, learned 12:03Z: CPU 10.0 % ≤ 75 %',
    ])
  })

  it('says so when an incident would not have begun', () => {
    const mean = makeThreshold({ windowMs: 3 * minuteMs })
    const shard = createShard(ruleSetOf(mean))
    const arrivals: Sent[][] = [[{ cpuPercent: 85 }], [], [{ cpuPercent: 85 }], [{ ...quiet, at: 1 }]]
    const told = arrivals.map((sent, minute) => shard.run(minute, sent).map(said))
    expect(told[2]).toEqual(['2 cpu pending > firing (warning): CPU 85.0 % > 80 %, mean of 3 min, since 12:00Z'])
    expect(told[3]?.[0]).toMatch(
      /^\d cpu firing > pending \(warning, amends\): with what came late it would not have fired/,
    )
    expect(shard.state().hosts['web-1']?.alerts.cpu).toMatchObject({ state: 'pending' })
  })

  it('tells of an incident that nobody knew of, from its beginning to its end', () => {
    const { told, transitions } = story([[quiet], [], [quiet], [{ ...busy, at: 1 }]])
    expect(told[3]).toEqual([
      '1 cpu ok > firing (warning): CPU 90.0 % > 80 %',
      '2 cpu firing > ok (warning): CPU 10.0 % ≤ 75 %',
    ])
    expect(transitions[0]).toMatchObject({ opens: true })
  })

  it('opens an incident again that was told as over, under its id', () => {
    const { told, transitions } = story([[busy], [quiet], [], [quiet], [quiet], [{ ...busy, at: 2 }]], 2 * minuteMs)
    expect(told[3]).toEqual(['3 cpu recovering > ok (warning): CPU 10.0 % ≤ 75 %'])
    expect(told[5]).toEqual([
      '2 cpu ok > firing (warning, amends): open again, learned 12:05Z: CPU 90.0 % > 80 % since 12:00Z',
      '3 cpu firing > recovering (warning): CPU 10.0 % ≤ 75 %',
    ])
    expect(new Set(transitions.map(({ incident }) => incident?.id)).size).toBe(1)
  })

  it('adds a note to an incident that is over, and leaves the alert as it is', () => {
    const { told, state } = story([[quiet], [], [busy], [quiet], [{ ...busy, at: 1 }]])
    expect(told[4]).toEqual(['3 cpu ok > ok (warning, amends): it was from 12:01Z to 12:03Z, learned 12:04Z'])
    expect(state.hosts['web-1']?.alerts).toEqual({})
  })

  it('adds a note to an incident that is open when there was another one before it', () => {
    const { told } = story([[quiet], [], [quiet], [busy], [{ ...busy, at: 1 }]])
    expect(told[4]).toEqual([
      '2 cpu firing > firing (warning, amends): it had been firing as well from 12:01Z to 12:02Z, learned 12:04Z',
    ])
  })

  it('changes nothing, and says nothing, where it decides nothing else', () => {
    expect(story([[quiet], [], [busy], [{ ...quiet, at: 1 }]]).told[3]).toEqual([])
    expect(story([[busy], [], [busy], [{ ...busy, at: 1 }]]).told[3]).toEqual([])
  })

  it('that comes later than the lateness is history, and a finding says whether it would have mattered', () => {
    const shard = createShard({ ...ruleSetOf(makeThreshold()), latenessMs: 2 * minuteMs })
    shard.run(0, [quiet])
    shard.run(5, [quiet])
    expect(shard.run(6, [{ ...busy, at: 1 }])).toEqual([])
    expect(shard.state().hosts['web-1']?.findings).toMatchObject([
      {
        kind: 'late-data',
        text: '1 snapshot of 12:01Z came more than 2 min late: in the history, but without a say in alerts; among them beyond a threshold: CPU at 12:01Z',
      },
    ])
  })
})
