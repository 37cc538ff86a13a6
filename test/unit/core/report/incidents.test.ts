import { describe, expect, it } from 'vitest'
import type { Transition } from '../../../../core/alerts/alert.ts'
import type { AlertNow } from '../../../../core/now.ts'
import { alertReports, openWords } from '../../../../core/report/incidents.ts'

const hourMs = 3_600_000
const period = { fromMs: 10 * hourMs, toMs: 20 * hourMs }

function transition(to: 'firing' | 'ok', hour: number, startedHour: number): Transition {
  const atMs = hour * hourMs
  return {
    kind: 'transition',
    host: 'web-1',
    rule: 'disk',
    entity: '/var',
    severity: 'warning',
    from: to === 'firing' ? 'pending' : 'recovering',
    to,
    atMs,
    decidedAtMs: atMs,
    reason: `disk ${to}`,
    incident: { id: `since-${startedHour}`, startedAtMs: startedHour * hourMs },
  }
}

function open(startedHour: number): AlertNow {
  const startedAtMs = startedHour * hourMs
  const alert = {
    state: 'firing',
    sinceMs: startedAtMs,
    severity: 'warning',
    incident: { id: `since-${startedHour}`, startedAtMs },
  } as const
  return { key: 'disk|/var', rule: 'disk', entity: '/var', severity: 'warning', alert, reason: 'disk now' }
}

const since = (hour: number) => ({ id: `since-${hour}`, startedAtMs: hour * hourMs })
const firing = (hour: number) => transition('firing', hour, hour)
const ok = (hour: number, startedHour: number) => transition('ok', hour, startedHour)

describe('the alerts of a period from hour 10 to hour 20', () => {
  it.each<[what: string, sources: { transitions?: Transition[]; open?: AlertNow[] }, expected: object[]]>([
    [
      'one that began and ended in it',
      { transitions: [firing(12), ok(13, 12)] },
      [{ endedAtMs: 13 * hourMs, reason: 'disk firing' }],
    ],
    ['one that began in it and is open', { transitions: [firing(12)], open: [open(12)] }, [{ reason: 'disk firing' }]],
    ['one that ended after it', { transitions: [firing(12), ok(30, 12)] }, [{ startedAtMs: 12 * hourMs }]],
    [
      'one that began before it and ended in it',
      { transitions: [firing(5), ok(12, 5)] },
      [{ startedAtMs: 5 * hourMs, endedAtMs: 12 * hourMs, reason: 'disk firing' }],
    ],
    [
      'one that late data opened again',
      { transitions: [firing(12), ok(13, 12), { ...firing(14), from: 'ok', incident: since(12) }] },
      [{ startedAtMs: 12 * hourMs, reason: 'disk firing' }],
    ],
    [
      'one whose beginning late data moved',
      {
        transitions: [
          firing(12),
          { ...firing(13), from: 'firing', incident: { ...since(12), startedAtMs: 11 * hourMs } },
        ],
      },
      [{ startedAtMs: 11 * hourMs }],
    ],
    [
      'one that is over, of which a note stands beside the firing of another',
      {
        transitions: [firing(12), ok(13, 12), { ...firing(15), from: 'firing', incident: since(12), reason: 'a note' }],
      },
      [{ endedAtMs: 13 * hourMs, reason: 'disk firing' }],
    ],
    [
      'one whose beginning nobody read',
      { transitions: [ok(12, 1)] },
      [{ startedAtMs: hourMs, endedAtMs: 12 * hourMs, reason: 'disk ok' }],
    ],
    [
      'one that has been open since before it, known by what is open now alone',
      { open: [open(1)] },
      [{ startedAtMs: hourMs, reason: 'disk now' }],
    ],
    [
      'one that was open through all of it, known by its end alone',
      { transitions: [ok(30, 1)] },
      [{ startedAtMs: hourMs }],
    ],
    ['none that ended before it', { transitions: [firing(5), ok(6, 5)] }, []],
    ['none that began after it', { transitions: [firing(25)], open: [open(26)] }, []],
  ])('has %s', (_, { transitions = [], open = [] }, expected) => {
    const alerts = alertReports({ transitions, open, period })
    expect(alerts).toMatchObject(expected)
    expect(alerts.map((alert) => alert.endedAtMs)).toEqual(
      expected.map((one) => ('endedAtMs' in one ? one.endedAtMs : undefined)),
    )
  })

  it('says which process was busiest as one fired, and not which was when it was over', () => {
    const process = (name: string) => [{ pid: 1, name, cpuPercent: 90, rssBytes: 1 }]
    const fired = { ...firing(12), top: [...process('java'), ...process('nginx')] }
    const alerts = alertReports({ transitions: [fired, ok(13, 12)], open: [], period })
    expect(alerts).toMatchObject([{ topProcess: 'java' }])
    expect(alertReports({ transitions: [firing(12)], open: [], period })[0]).not.toHaveProperty('topProcess')
  })

  it('has the open ones first, then the newest', () => {
    const transitions = [firing(11), ok(12, 11), firing(14), ok(15, 14)]
    expect(
      alertReports({ transitions, open: [open(1)], period }).map(({ startedAtMs }) => startedAtMs / hourMs),
    ).toEqual([1, 14, 11])
  })

  it('says of an open one that it still is only where the period ended just now', () => {
    expect(openWords({ period, generatedAtMs: period.toMs + 1_000 })).toBe('still open')
    expect(openWords({ period, generatedAtMs: period.toMs + hourMs })).toBe('open at the end')
  })
})
