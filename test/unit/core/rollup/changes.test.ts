import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundChanges, type ChangeStats, changesIn, mergeChanges } from '../../../../core/rollup/changes.ts'
import { makeSnapshot, startMs } from '../../../make.ts'

const one = fc
  .record({
    what: fc.constantFrom('kernel' as const, 'agent' as const),
    atMs: fc.nat(20),
    before: fc.constantFrom('1', '2', '3'),
    after: fc.constantFrom('1', '2', '3'),
  })
  .map(({ what, atMs, before, after }): ChangeStats => ({ what, before, after, count: 1, firstMs: atMs, lastMs: atMs }))

describe('changes of a bucket', () => {
  it('are those that evaluate saw and those that the agent told', () => {
    const events = [{ kind: 'process-restarted' as const, atMs: startMs, watch: 'name:nginx', name: 'nginx', pid: 7 }]
    const sample = { changes: [{ what: 'boot' as const }], snapshot: makeSnapshot({ events }) }
    expect(changesIn(sample, startMs)).toEqual([
      { what: 'boot', count: 1, firstMs: startMs, lastMs: startMs },
      { what: 'process-restarted', subject: 'nginx', count: 1, firstMs: startMs, lastMs: startMs },
    ])
  })

  it('merge to what was before the first and after the last', () => {
    const change = (atMs: number, before: string, after: string): ChangeStats => ({
      what: 'agent',
      before,
      after,
      count: 1,
      firstMs: atMs,
      lastMs: atMs,
    })
    expect(mergeChanges([change(2, '1.1', '1.2'), change(1, '1.0', '1.1')])).toEqual([
      { what: 'agent', before: '1.0', after: '1.2', count: 2, firstMs: 1, lastMs: 2 },
    ])
  })

  it('merge to the same in whatever order and parts they come', () => {
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), fc.nat(12), (all, cut) => {
        const shuffled = [...mergeChanges(all.slice(cut)), ...mergeChanges(all.slice(0, cut).toReversed())]
        expect(mergeChanges(shuffled)).toEqual(mergeChanges(all))
      }),
    )
  })

  it('are bounded, and a boot is kept before processes that come and go', () => {
    const restarts = Array.from({ length: 100 }, (_, index): ChangeStats => {
      return { what: 'process-restarted', subject: `job-${index}`, count: 5, firstMs: 0, lastMs: 1 }
    })
    const boot: ChangeStats = { what: 'boot', count: 9, firstMs: 0, lastMs: 1 }
    expect(boundChanges([...restarts, boot])).toHaveLength(64)
    expect(boundChanges([...restarts, boot])).toContain(boot)
  })
})
