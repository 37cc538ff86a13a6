import { describe, expect, it } from 'vitest'
import type { HostNow } from '../../../../core/now.ts'
import { reasonBeside, ruleTitle, stateOf, worstFirst } from '../../../../functions/open/host-view.ts'
import { makeSnapshot, minuteMs, startMs } from '../../../make.ts'
import { firing, hostNow, nowMs } from './status-view.ts'

const down = firing({ rule: 'host-down', severity: 'critical' })
const { latest: _, ...neverSeen } = hostNow()

describe('the state of a host', () => {
  it.each<[string, Partial<HostNow>, string]>([
    ['is up', {}, 'up'],
    ['is down when the rule for silent hosts fires, whatever else is known', { alerts: [firing(), down] }, 'down'],
    ['is stopped after a goodbye', { stoppedAtMs: startMs }, 'stopped'],
    ['is an alert while a threshold is crossed', { alerts: [firing()] }, 'alert'],
    [
      'is up while an alert only builds up',
      { alerts: [firing({ alert: { state: 'pending', sinceMs: startMs } })] },
      'up',
    ],
    ['is silent when nothing came for six intervals', { lastArrivalMs: nowMs - 7 * minuteMs }, 'silent'],
    ['is not silent between two sendings of five snapshots', { lastArrivalMs: nowMs - 5 * minuteMs }, 'up'],
    [
      'of one that snapshots each second waits for three minutes',
      { intervalMs: 1_000, lastArrivalMs: nowMs - 170_000 },
      'up',
    ],
  ])('%s', (_rule, rest, state) => {
    expect(stateOf(hostNow(rest), nowMs).state).toBe(state)
  })

  it('is never up when no snapshot is known', () => {
    expect(stateOf(neverSeen, nowMs).state).toBe('silent')
  })
})

describe('hosts', () => {
  it('stand worst first, then by name, and those that were stopped last', () => {
    const hosts = [
      hostNow({ host: 'stopped', stoppedAtMs: startMs }),
      hostNow({ host: 'b' }),
      hostNow({ host: 'a' }),
      hostNow({ host: 'silent', lastArrivalMs: 0 }),
      hostNow({ host: 'warning', alerts: [firing()] }),
      hostNow({ host: 'building', alerts: [firing({ alert: { state: 'pending', sinceMs: 0 } })] }),
      hostNow({ host: 'critical', alerts: [firing({ severity: 'critical' })] }),
      hostNow({ host: 'down', alerts: [down] }),
    ]
    expect(worstFirst(hosts, nowMs).map(({ host }) => host)).toEqual([
      'down',
      'critical',
      'warning',
      'silent',
      'building',
      'a',
      'b',
      'stopped',
    ])
    expect(worstFirst([hostNow({ latest: makeSnapshot() })], nowMs)).toHaveLength(1)
  })
})

describe('a reason beside its title', () => {
  it.each([
    ['cpu', 'CPU 91.3 % > 80 %', '91.3 % > 80 %'],
    ['cpu', 'the host is silent', 'the host is silent'],
    ['own-rule', 'Swap 50 % > 40 %', 'Swap 50 % > 40 %'],
  ])('of %s, %j, reads %j', (rule, reason, shown) => {
    expect(reasonBeside(rule, reason)).toBe(shown)
  })
})

describe('an alert of a custom check', () => {
  it('goes by the names that the check gave it', () => {
    expect(ruleTitle('finding', 'queue: orders')).toBe('queue: orders')
    expect(reasonBeside('finding', '1,200 jobs wait')).toBe('1,200 jobs wait')
  })
})
