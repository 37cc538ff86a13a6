import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Change } from '../../../../core/change.ts'
import { advanceShard } from '../../../../core/shard/advance.ts'
import type { ShardInput } from '../../../../core/shard/inputs.ts'
import { emptyState } from '../../../../core/shard/state.ts'
import type { HostFacts, Snapshot } from '../../../../core/snapshot.ts'
import { makeBatch, makeInput, makeSnapshot, minuteMs, startMs } from '../../../make.ts'

interface Said {
  minute: number
  facts?: HostFacts
  agentVersion?: string
  snapshot?: Omit<Partial<Snapshot>, 'disks'> & { disks?: [string, number][] }
}

function inputOf({ minute, facts = {}, agentVersion = '1.0.0', snapshot = {} }: Said, index: number): ShardInput {
  const records = [makeSnapshot({ atMs: startMs + minute * minuteMs, ...snapshot })]
  return makeInput(makeBatch({ seq: index + 1, facts, agentVersion, records }))
}

/** All changes by minute, each batch in a run of its own. */
function changesOf(said: readonly Said[]): [minute: number, change: Change][] {
  let state = emptyState('all')
  return said.flatMap((one, index) => {
    const nowMs = startMs + 90 * minuteMs
    const advance = advanceShard({
      before: state,
      inputs: [inputOf(one, index)],
      rules: { rules: [], overrides: [] },
      nowMs,
      sawWholeInbox: true,
    })
    state = advance.state
    return advance.rows
      .flatMap((row) => (row.kind === 'sample' ? (row.changes ?? []) : []))
      .map((change) => [one.minute, change] as [number, Change])
  })
}

describe('what changed on a host', () => {
  it('is told with the first snapshot that has it: boot, kernel, agent and mounts', () => {
    const before = { facts: { kernel: '6.1' }, snapshot: { bootId: 'a' } }
    const after: Omit<Said, 'minute'> = {
      facts: { kernel: '6.2' },
      agentVersion: '1.1.0',
      snapshot: {
        bootId: 'b',
        disks: [
          ['/', 30],
          ['/srv', 1],
        ],
      },
    }
    const said = [
      { minute: 0, ...before },
      { minute: 1, ...before },
      { minute: 2, ...after },
      { minute: 3, ...after },
    ]
    expect(changesOf(said)).toEqual([
      [2, { what: 'boot' }],
      [2, { what: 'kernel', before: '6.1', after: '6.2' }],
      [2, { what: 'agent', before: '1.0.0', after: '1.1.0' }],
      [2, { what: 'mount-added', subject: '/srv' }],
    ])
  })

  it('is nothing where something was not said, or could not be read', () => {
    const said: Said[] = [
      {
        minute: 0,
        facts: { kernel: '6.1' },
        snapshot: {
          bootId: 'a',
          disks: [
            ['/', 1],
            ['/nas', 2],
          ],
        },
      },
      { minute: 1, snapshot: { unavailable: { 'disks:/nas': 'statfs did not answer in 1000 ms' } } },
      {
        minute: 2,
        facts: { kernel: '6.1' },
        snapshot: {
          bootId: 'a',
          disks: [
            ['/', 1],
            ['/nas', 2],
          ],
        },
      },
      { minute: 3, snapshot: { disks: [] } },
      {
        minute: 4,
        snapshot: {
          bootId: 'a',
          disks: [
            ['/', 1],
            ['/nas', 2],
          ],
        },
      },
    ]
    expect(changesOf(said)).toEqual([])
  })

  it('is told once, though what an agent had left over comes later', () => {
    const said = [
      { minute: 0, agentVersion: '1.0.0' },
      { minute: 5, agentVersion: '1.1.0' },
      { minute: 2, agentVersion: '1.0.0' },
      { minute: 3, agentVersion: '1.0.0' },
      { minute: 6, agentVersion: '1.1.0' },
    ]
    expect(changesOf(said)).toEqual([[5, { what: 'agent', before: '1.0.0', after: '1.1.0' }]])
  })

  it('is as often as neighbours differ, of those that are newer than all before them', () => {
    const one = fc.record({ minute: fc.nat(60), agentVersion: fc.constantFrom('1', '2', '3') })
    fc.assert(
      fc.property(fc.uniqueArray(one, { selector: ({ minute }) => minute, maxLength: 10 }), (said) => {
        const newest = said.filter(({ minute }, index) => said.slice(0, index).every((other) => other.minute < minute))
        const differing = newest.filter(({ agentVersion }, index) => {
          const before = newest[index - 1]
          return before !== undefined && before.agentVersion !== agentVersion
        })
        expect(changesOf(said).map(([minute]) => minute)).toEqual(differing.map(({ minute }) => minute))
      }),
    )
  })
})
