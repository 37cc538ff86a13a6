import { describe, expect, it } from 'vitest'
import { defaultGroup, type Maintenance, type Route } from '../../../../core/telling/policy.ts'
import { minuteMs, startMs } from '../../../make.ts'
import { incidentId, type Minute, say, silence, went } from './say.ts'

const day = 24 * 60
const route = (to: string, rest: Partial<Route> = {}): Route => ({
  match: {},
  to: [to],
  group: defaultGroup,
  continue: false,
  ...rest,
})
const critical = { severity: 'critical' as const }
const down = { rule: 'host-down', ...critical }
const ack = (untilMinute: number) => ({
  acks: [
    {
      incident: incidentId('cpu', 'web-1'),
      untilMs: startMs + untilMinute * minuteMs,
      by: 'root',
      comment: '',
      atMs: startMs,
    },
  ],
})
/** Noon to one, and now is noon. */
const hour: Maintenance = { name: 'backup', match: {}, timeZone: 'UTC', fromMinutes: 720, toMinutes: 780, every: 'day' }
const pager = route('pager', { match: critical, continue: true })
const afternoon = route('ops', { during: { timeZone: 'UTC', fromMinutes: 13 * 60, toMinutes: 18 * 60 } })
const begins = { at: 0, transitions: [went('firing', 0)] }
const ends = (at: number) => ({ at, transitions: [went('ok', at)] })
const worse = (at: number) => ({ at, transitions: [went('firing', at, { from: 'firing', ...critical })] })
const eased = (at: number) => ({ at, transitions: [went('firing', at, { from: 'firing' })] })

describe('somebody is told', () => {
  it.each<[string, Minute[], string[]]>([
    ['when it begins, and when it is over', [begins, { at: 1 }, ends(9)], ['0 firing default', '9 resolved default']],
    ['nothing where nothing fires', [{ at: 0, transitions: [went('pending', 0)] }], []],
    [
      'once, though it recovers, loses its data and fires again in between',
      [
        begins,
        ...(['recovering', 'firing', 'no-data', 'firing'] as const).map((to, at) => ({
          at: 1 + at,
          transitions: [went(to, 1 + at)],
        })),
      ],
      ['0 firing default'],
    ],
    [
      'of what begins and is over in one run: nothing, and a row says so',
      [{ at: 0, transitions: [went('firing', 0), went('ok', 1)] }],
      ['0 held by over'],
    ],
    [
      'of what loses its data in the run in which it begins',
      [{ at: 0, transitions: [went('firing', 0), went('no-data', 1)] }, { at: 1 }],
      ['0 firing default'],
    ],
    [
      'of what had begun and recovered unseen, and loses its data in the run in which it fires again',
      [
        { at: 0, transitions: [went('firing', 0), went('recovering', 1)] },
        { at: 2, transitions: [went('firing', 2), went('no-data', 3)] },
      ],
      ['2 firing default'],
    ],
    [
      'that it got worse, once, and not that it eased',
      [begins, worse(3), eased(5), worse(7), ends(9)],
      ['0 firing default', '3 escalated default', '9 resolved default'],
    ],
    [
      'of what begins and gets worse in one run once',
      [{ at: 0, transitions: [went('firing', 0), ...worse(0).transitions] }],
      ['0 firing default'],
    ],
    [
      'again a day after they were told last, each day once',
      [begins, { at: day - 1 }, { at: day }, { at: day + 1 }, { at: 5 * day }, { at: 5 * day + 1 }],
      ['0 firing default', `${day} repeat 1 default`, `${5 * day} repeat 2 default`],
    ],
    [
      'a day after it got worse',
      [begins, worse(60), { at: day }, { at: day + 60 }],
      ['0 firing default', '60 escalated default', `${day + 60} repeat 1 default`],
    ],
    [
      'after the repeat of the route, which stands over the rule’s',
      [{ ...begins, policy: { routes: [route('a', { repeatMs: 5 * minuteMs })] } }, { at: 5 }],
      ['0 firing a', '5 repeat 1 a'],
    ],
    [
      'not again while it recovers',
      [begins, { at: 1, transitions: [went('recovering', 1)] }, { at: day + 1 }],
      ['0 firing default'],
    ],
    [
      'not again while nothing is known of it, and then that it still fires',
      [
        begins,
        { at: 1, transitions: [went('no-data', 1)] },
        { at: day + 1 },
        { at: day + 2, transitions: [went('firing', day + 2)] },
      ],
      ['0 firing default', `${day + 2} repeat 1 default`],
    ],
    [
      'after a clock that was a week ahead went back',
      [{ ...begins, at: 7 * day }, { at: 0 }],
      [`${7 * day} firing default`, '0 repeat 1 default'],
    ],
    [
      'nothing of an end that one run takes back',
      [begins, { at: 5, transitions: [went('ok', 5), went('firing', 5)] }, ends(9)],
      ['0 firing default', '9 resolved default'],
    ],
    [
      'of a second one by itself',
      [begins, { at: 1, transitions: [went('firing', 1, { host: 'web-2' })] }, ends(2)],
      ['0 firing default', '1 firing default', '2 resolved default'],
    ],
  ])('%s', (_, minutes, lines) => {
    expect(say(minutes).lines).toEqual(lines)
  })
})

describe('by routes, somebody is told', () => {
  it.each<[string, Minute[], string[]]>([
    [
      'each where it leads',
      [{ ...begins, policy: { routes: [route('a', { continue: true }), route('b')] } }, ends(9)],
      ['0 firing a', '0 firing b', '9 resolved a', '9 resolved b'],
    ],
    [
      'of the beginning when it got worse, if only then a route leads there',
      [{ ...begins, policy: { routes: [pager, route('ops')] } }, worse(3), ends(9)],
      ['0 firing ops', '3 firing pager', '3 escalated ops', '9 resolved ops', '9 resolved pager'],
    ],
    [
      'nobody where none leads, and a row says so once',
      [{ ...begins, policy: { routes: [pager] } }, { at: 1 }, { at: 2 }],
      ['0 held by route'],
    ],
    [
      'when their time of day comes, and it still fires',
      [{ ...begins, policy: { routes: [afternoon] } }, { at: 59 }, { at: 60 }],
      ['0 held by route', '60 firing ops'],
    ],
    [
      'of the end, whatever the time of day, who was told of the beginning',
      [{ at: 60, transitions: [went('firing', 60)], policy: { routes: [afternoon] } }, ends(12 * 60)],
      ['60 firing ops', '720 resolved ops'],
    ],
    [
      'not of the end, who was told by nobody of the beginning',
      [{ ...begins, policy: { routes: [afternoon] } }, ends(90)],
      ['0 held by route', '90 held by over'],
    ],
  ])('%s', (_, minutes, lines) => {
    expect(say(minutes).lines).toEqual(lines)
  })
})

describe('nobody is told', () => {
  it.each<[string, Minute[], string[]]>([
    [
      'in a silence; after it, if it still fires',
      [{ ...begins, control: { silences: [silence(0, 60)] } }, { at: 1 }, { at: 60 }],
      ['0 held by silence', '60 firing default'],
    ],
    [
      'in a silence that is ended early, until then',
      [
        { ...begins, control: { silences: [silence(0, 60)] } },
        { at: 5, control: { silences: [{ ...silence(0, 60), expiredAtMs: startMs + 5 * minuteMs }] } },
      ],
      ['0 held by silence', '5 firing default'],
    ],
    [
      'of what was over before its silence',
      [{ ...begins, control: { silences: [silence(0, 60)] } }, ends(30), { at: 60 }],
      ['0 held by silence', '30 held by over'],
    ],
    [
      'of what is worse, in a silence',
      [begins, { ...worse(3), control: { silences: [silence(1, 60)] } }, { at: 60 }],
      ['0 firing default', '3 held by silence', '60 escalated default'],
    ],
    [
      'of the others than a silence means as if it were not there',
      [{ ...begins, control: { silences: [silence(0, 60, { rules: ['disk'] })] } }],
      ['0 firing default'],
    ],
    [
      'by a silence of one incident',
      [{ ...begins, control: { silences: [silence(0, 60, { incident: incidentId('cpu', 'web-1') })] } }],
      ['0 held by silence'],
    ],
    [
      'but of the end those who knew, though it is silenced',
      [begins, { ...ends(9), control: { silences: [silence(1, 60)] } }],
      ['0 firing default', '9 resolved default'],
    ],
    [
      'in maintenance; after it, if it still fires',
      [{ ...begins, policy: { maintenance: [hour] } }, { at: 59 }, { at: 60 }],
      ['0 held by maintenance', '60 firing default'],
    ],
    [
      'of a host that is down, but that',
      [{ at: 0, transitions: [went('firing', 0), went('firing', 0, down)] }],
      ['0 firing default', '0 held by inhibition'],
    ],
    [
      'of it again, and later of what still fires when it is back',
      [
        { at: 0, transitions: [went('firing', 0), went('firing', 0, down)] },
        { at: 9, transitions: [went('ok', 9, down)] },
      ],
      ['0 firing default', '0 held by inhibition', '9 firing default', '9 resolved default'],
    ],
    [
      'of less, once its host is heard again and only said to be down until it is calm',
      [
        { at: 0, transitions: [went('firing', 0, { ...down, flapping: true }), went('firing', 0)] },
        { at: 1, transitions: [went('recovering', 1, { ...down, flapping: true })] },
      ],
      ['0 firing default', '0 held by inhibition', '1 firing default'],
    ],
    [
      'of another host that is down as if it were this one',
      [{ at: 0, transitions: [went('firing', 0), went('firing', 0, { ...down, host: 'web-2' })] }],
      ['0 firing default', '0 firing default'],
    ],
    [
      'of one host that is down, when all are silent at once',
      [
        {
          at: 0,
          transitions: [went('firing', 0, down), went('firing', 0, { ...critical, rule: 'all-silent', host: '*' })],
        },
      ],
      ['0 firing default', '0 held by inhibition'],
    ],
    [
      'again, of what is acknowledged, until that ends',
      [{ ...begins, control: ack(2 * day) }, { at: day }, { at: day + 1 }, { at: 2 * day }],
      ['0 firing default', `${day} held by acknowledgement`, `${2 * day} repeat 1 default`],
    ],
    [
      'but that it got worse, and is over, though it is acknowledged',
      [{ ...begins, control: ack(day) }, worse(3), ends(9)],
      ['0 firing default', '3 escalated default', '9 resolved default'],
    ],
    [
      'again of what flaps, after once',
      [{ at: 0, transitions: [went('firing', 0, { flapping: true })] }, { at: day }],
      ['0 firing default', `${day} held by flapping`],
    ],
  ])('%s', (_, minutes, lines) => {
    expect(say(minutes).lines).toEqual(lines)
  })

  it('without a reason that names who, until when and why', () => {
    const { telling } = say([{ ...begins, control: { silences: [silence(0, 60)] } }])
    expect(Object.values(telling)[0]?.held).toBe('silence 0a1b2c3d of root until 2026-03-01T13:00Z: a new disk')
  })
})

describe('late data', () => {
  const id = incidentId('cpu', 'web-1')
  const amends = (at: number, rest = {}) => ({ at, transitions: [went('ok', at, { from: 'ok', amends: id, ...rest })] })
  it.each<[string, Minute[], string[]]>([
    [
      'amends what somebody was told, each time',
      [begins, ends(5), amends(9), amends(10)],
      ['0 firing default', '5 resolved default', '9 amended default', '10 amended default'],
    ],
    [
      'amends nothing that nobody was told',
      [{ ...begins, control: { silences: [silence(0, 60)] } }, ends(5), amends(9)],
      ['0 held by silence', '5 held by over'],
    ],
    [
      'amends nothing a week after the end',
      [begins, ends(5), amends(8 * day)],
      ['0 firing default', '5 resolved default'],
    ],
    [
      'opens again what was over, and both are told again',
      [begins, ends(5), { at: 9, transitions: [went('firing', 9, { amends: id })] }, ends(20)],
      ['0 firing default', '5 resolved default', '9 firing default', '20 resolved default'],
    ],
    [
      'that ends what fires says so once',
      [begins, { at: 9, transitions: [went('ok', 9, { amends: id })] }],
      ['0 firing default', '9 resolved default'],
    ],
  ])('%s', (_, minutes, lines) => {
    expect(say(minutes).lines).toEqual(lines)
  })

  it('gives each of its notices an id of its own, and those of one round belong together', () => {
    const again = { at: 9, transitions: [went('firing', 9)] }
    const { notices } = say([begins, ends(5), again, ends(20), amends(21), amends(22)])
    expect(notices.map((notice) => [notice.id, notice.round])).toEqual([
      [`${id}-default-firing`, undefined],
      [`${id}-default-resolved`, undefined],
      [`${id}-default-firing-2`, 2],
      [`${id}-default-resolved-2`, 2],
      [`${id}-default-amended-1`, 2],
      [`${id}-default-amended-2`, 2],
    ])
  })
})

describe('a notice', () => {
  it('has what the transition, the route and the host say', () => {
    const group = { by: ['tag:env', 'rule'] as const, waitMs: 30_000, intervalMs: 60_000 }
    const top = [{ pid: 1, name: 'cc', cpuPercent: 99 }]
    const { notices } = say([
      {
        at: 0,
        transitions: [went('firing', 0, { value: 91.3, threshold: 80, top, late: { learnedAtMs: startMs + 1 } })],
        policy: { routes: [route('ops', { group })] },
      },
    ])
    expect(notices).toMatchObject([
      {
        receiver: 'ops',
        host: 'web-1',
        reason: 'cpu went to firing',
        value: 91.3,
        threshold: 80,
        top,
        late: { learnedAtMs: startMs + 1 },
        group: 'tag:env=prod, rule=cpu',
        groupIntervalMs: 60_000,
        notBeforeMs: startMs + 30_000,
        tags: { env: 'prod' },
      },
    ])
  })

  it('that it is over is of the severity that was told, in the group of its beginning', () => {
    const { notices } = say([
      { ...begins, policy: { routes: [route('a')] } },
      worse(3),
      eased(5),
      { ...ends(9), policy: { routes: [] } },
    ])
    expect(notices.at(-1)).toMatchObject({ kind: 'resolved', receiver: 'a', severity: 'critical', group: 'rule=cpu' })
    expect(notices[1]).toMatchObject({ kind: 'escalated', severity: 'critical', severityBefore: 'warning' })
  })
})
