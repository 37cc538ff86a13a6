import fc from 'fast-check'
import { expect, it } from 'vitest'
import { noControl } from '../../../../core/telling/control.ts'
import { defaultGroup, type Route } from '../../../../core/telling/policy.ts'
import { minuteMs, startMs } from '../../../make.ts'
import { incidentId, type Minute, say, silence, went } from './say.ts'

const phases = ['ok', 'pending', 'firing', 'firing', 'recovering', 'no-data'] as const
const dayMinutes = 24 * 60
const routes: Route[] = [
  { match: { severity: 'critical' }, to: ['pager'], group: defaultGroup, repeatMs: 60 * minuteMs, continue: true },
  {
    match: { rules: ['cpu'] },
    during: { timeZone: 'Europe/Berlin', fromMinutes: 8 * 60, toMinutes: 18 * 60 },
    to: ['ops'],
    group: defaultGroup,
    continue: true,
  },
  { match: {}, to: ['mail'], group: defaultGroup, continue: false },
]

const transition = fc.record({
  rule: fc.constantFrom('cpu', 'disk', 'host-down'),
  host: fc.constantFrom('web-1', 'web-2'),
  to: fc.constantFrom(...phases),
  severity: fc.constantFrom('warning' as const, 'critical' as const),
  flapping: fc.constantFrom(undefined, undefined, true as const),
  amends: fc.constantFrom(false, false, true),
})
const control = fc.option(
  fc.record({
    silenced: fc.constantFrom(0, 30, 600),
    ackMinutes: fc.constantFrom(0, 600),
  }),
)
const step = fc.record({
  minutes: fc.constantFrom(1, 5, 90, 1_500),
  transitions: fc.array(transition, { maxLength: 3 }),
  control,
})

function minutesOf(steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[]): Minute[] {
  let at = 0
  return steps.map(({ minutes, transitions, control: said }) => {
    at += minutes
    const incident = incidentId('cpu', 'web-1')
    return {
      at,
      policy: { routes },
      transitions: transitions.map(({ to, amends, flapping, ...rest }) =>
        went(to, at, {
          ...rest,
          ...(flapping ? { flapping } : {}),
          ...(amends ? { amends: incidentId(rest.rule, rest.host) } : {}),
        }),
      ),
      control: said
        ? {
            silences: said.silenced === 0 ? [] : [silence(at, at + said.silenced, { rules: ['cpu'] })],
            acks: [
              { incident, untilMs: startMs + (at + said.ackMinutes) * minuteMs, by: 'root', comment: '', atMs: 0 },
            ],
          }
        : noControl,
    }
  })
}

it('whatever happens: one firing a round, an end only for who was told of the beginning, and no notice twice', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { notices } = say(minutesOf(steps))
      const ids = notices.map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      const open = new Set<string>()
      for (const { kind, incident, receiver } of notices) {
        const one = `${incident} ${receiver}`
        expect(open.has(one), `${kind} of ${one}`).toBe(kind !== 'firing' && (kind !== 'amended' || open.has(one)))
        if (kind === 'firing') open.add(one)
        if (kind === 'resolved') open.delete(one)
      }
    }),
    { numRuns: 300 },
  )
})

it('whatever happens: repeats of a receiver are as far apart as its route, or the rule, says', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { notices, lines } = say(minutesOf(steps))
      const atOf = lines.filter((line) => !line.includes(' held by ')).map((line) => Number(line.split(' ')[0]))
      const last = new Map<string, number>()
      for (const [index, { kind, incident, receiver }] of notices.entries()) {
        const one = `${incident} ${receiver}`
        const at = atOf[index] ?? 0
        const apart = receiver === 'pager' ? 60 : dayMinutes
        if (kind === 'repeat') expect(at - (last.get(one) ?? 0)).toBeGreaterThanOrEqual(apart)
        if (kind !== 'amended') last.set(one, at)
      }
    }),
    { numRuns: 300 },
  )
})
