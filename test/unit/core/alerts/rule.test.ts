import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  effectiveRules,
  type HostMatcher,
  matchesEntity,
  matchesHost,
  type Override,
  type Rule,
  ruleHash,
  rulesHash,
} from '../../../../core/alerts/rule.ts'
import { makeThreshold } from '../../../make.ts'

const web = { name: 'web-1', tags: { env: 'prod', role: 'web' } }
const cpu = makeThreshold()
const hostDown: Rule = {
  kind: 'absent',
  id: 'host-down',
  of: 'host',
  afterMs: 300_000,
  severity: 'critical',
  keepFiringMs: 0,
  repeatMs: 86_400_000,
}

describe('a host', () => {
  it.each<[where: HostMatcher, matches: boolean]>([
    [{}, true],
    [{ hosts: ['web-*'] }, true],
    [{ hosts: ['db-*', 'web-?'] }, true],
    [{ hosts: ['web'] }, false],
    [{ hosts: [] }, false],
    [{ tags: ['env=prod'] }, true],
    [{ tags: ['env=p*', 'role=*'] }, true],
    [{ tags: ['env=prod', 'role=db'] }, false],
    [{ tags: ['zone=*'] }, false],
    [{ tags: ['toString=*'] }, false],
    [{ hosts: ['web-*'], tags: ['env=test'] }, false],
  ])('is matched by %j: %s', (where, matches) => {
    expect(matchesHost(where, web)).toBe(matches)
  })
})

describe('an entity', () => {
  it.each([
    [{}, true],
    [{ only: ['/var*'] }, true],
    [{ only: ['/var'] }, false],
    [{ except: ['/var*'] }, false],
    [{ only: ['/var*'], except: ['*/log'] }, false],
    [{ only: ['/*'], except: ['/home'] }, true],
  ])('/var/log is one of %j: %s', (matcher, matches) => {
    expect(matchesEntity(matcher, '/var/log')).toBe(matches)
  })
})

describe('the rules of a host', () => {
  const of = (overrides: Override[], rules: Rule[] = [cpu, hostDown]) => effectiveRules({ rules, overrides }, web)

  it('are those of everybody where nothing is said of it', () => {
    expect(of([])).toEqual([cpu, hostDown])
  })

  it('leave out those that are for others', () => {
    expect(of([], [{ ...cpu, where: { hosts: ['db-*'] } }, hostDown])).toEqual([hostDown])
  })

  it('have the fields of the overrides that match, the later one winning', () => {
    const where = { tags: ['role=web'] }
    const [changed] = of([
      { where, rule: 'c*', set: { threshold: 95, windowMs: 1_800_000 } },
      { where, rule: 'cpu', set: { threshold: 97 } },
      { where: { hosts: ['db-*'] }, rule: 'cpu', set: { threshold: 1 } },
    ])
    expect(changed).toEqual({ ...cpu, threshold: 97, clear: 92, windowMs: 1_800_000 })
  })

  it.each([
    ['is five points below it where nothing is said', 75, 97, 92],
    ['stays where it was said', 60, 97, 60],
    ['is never beyond it', 60, 50, 50],
  ])('have a clear that follows the threshold: it %s', (_, clear, threshold, expected) => {
    const [changed] = of([{ where: {}, rule: 'cpu', set: { threshold } }], [makeThreshold({ clear })])
    expect(changed).toMatchObject({ threshold, clear: expected })
  })

  it('have no fields that their kind does not have', () => {
    expect(of([{ where: {}, rule: '*', set: { threshold: 1, afterMs: 60_000 } }])).toEqual([
      { ...cpu, threshold: 1, clear: 0 },
      { ...hostDown, afterMs: 60_000 },
    ])
  })

  it('are without those that an override turns off, whatever a later one sets', () => {
    expect(
      of([
        { where: {}, rule: 'cpu', off: true, set: {} },
        { where: {}, rule: 'cpu', set: { threshold: 95 } },
      ]),
    ).toEqual([hostDown])
  })

  it('are the same when an override stands there twice', () => {
    const override = fc.record({
      where: fc.constantFrom<HostMatcher>({}, { hosts: ['web-*'] }, { tags: ['role=db'] }),
      rule: fc.constantFrom('*', 'cpu', 'host*', 'disk'),
      set: fc.record({ threshold: fc.nat(100), windowMs: fc.nat(), afterMs: fc.nat() }, { requiredKeys: [] }),
    })
    fc.assert(
      fc.property(fc.array(override), (overrides) => {
        expect(of(overrides.flatMap((one) => [one, one]))).toEqual(of(overrides))
        expect(of([...overrides, ...overrides])).toEqual(of(overrides))
      }),
    )
  })
})

describe('the hash of rules', () => {
  it('is another one when a field or an override is another one', () => {
    const set = { rules: [cpu], overrides: [] }
    expect(rulesHash(set)).toBe(rulesHash({ rules: [makeThreshold()], overrides: [] }))
    const others = [
      { ...set, rules: [makeThreshold({ clear: 74 })] },
      { ...set, overrides: [{ where: {}, rule: 'cpu', off: true as const, set: {} }] },
    ]
    expect(new Set([set, ...others].map(rulesHash)).size).toBe(3)
    expect(ruleHash(cpu)).not.toBe(ruleHash(hostDown))
  })
})
