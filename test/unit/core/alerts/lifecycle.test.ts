import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlertPhase, AlertState, Incident } from '../../../../core/alerts/alert.ts'
import { type Observation, type StepContext, step } from '../../../../core/alerts/lifecycle.ts'
import type { Severity } from '../../../../core/alerts/rule.ts'

const keepFiringMs = 120_000
const old: Incident = { id: 'old', startedAtMs: 0 }
const states: Record<string, AlertState | undefined> = {
  ok: undefined,
  pending: { state: 'pending', sinceMs: 1_000 },
  firing: { state: 'firing', sinceMs: 1_000, severity: 'warning', incident: old },
  recovering: { state: 'recovering', sinceMs: 1_000, severity: 'warning', incident: old },
  'no-data': { state: 'no-data', sinceMs: 1_000, severity: 'warning' },
  'no-data, incident open': { state: 'no-data', sinceMs: 1_000, severity: 'warning', incident: old },
}

const critical: AlertState = { state: 'firing', sinceMs: 1_000, severity: 'critical', incident: old }

function stepped(state: AlertState | undefined, is: Observation['is'], atMs: number) {
  return stepWith(state, { is }, { atMs })
}

function stepWith(state: AlertState | undefined, observation: Observation, context: Partial<StepContext>) {
  const openIncident = (startedAtMs: number) => ({ id: 'new', startedAtMs })
  return step(state, observation, { atMs: 2_000, severity: 'warning', keepFiringMs, openIncident, ...context })
}

describe('the life of an alert', () => {
  const soon = 2_000
  const later = 1_000 + keepFiringMs
  it.each<[from: string, is: Observation['is'], atMs: number, to: AlertPhase, incident?: string]>([
    ['ok', 'breaching', soon, 'firing', 'new'],
    ['ok', 'building', soon, 'pending'],
    ['ok', 'between', soon, 'ok'],
    ['ok', 'clear', soon, 'ok'],
    ['ok', 'missing', soon, 'ok'],
    ['pending', 'breaching', soon, 'firing', 'new'],
    ['pending', 'building', soon, 'pending'],
    ['pending', 'between', soon, 'pending'],
    ['pending', 'clear', soon, 'ok'],
    ['pending', 'missing', soon, 'no-data'],
    ['firing', 'breaching', soon, 'firing', 'old'],
    ['firing', 'building', soon, 'firing', 'old'],
    ['firing', 'between', soon, 'firing', 'old'],
    ['firing', 'clear', soon, 'recovering', 'old'],
    ['firing', 'missing', soon, 'no-data', 'old'],
    ['recovering', 'breaching', soon, 'firing', 'old'],
    ['recovering', 'building', soon, 'firing', 'old'],
    ['recovering', 'between', later, 'recovering', 'old'],
    ['recovering', 'clear', soon, 'recovering', 'old'],
    ['recovering', 'clear', later, 'ok'],
    ['recovering', 'missing', later, 'no-data', 'old'],
    ['no-data', 'breaching', soon, 'firing', 'new'],
    ['no-data', 'building', soon, 'pending'],
    ['no-data', 'between', soon, 'ok'],
    ['no-data', 'clear', soon, 'ok'],
    ['no-data', 'missing', soon, 'no-data'],
    ['no-data, incident open', 'breaching', soon, 'firing', 'old'],
    ['no-data, incident open', 'building', soon, 'firing', 'old'],
    ['no-data, incident open', 'between', soon, 'firing', 'old'],
    ['no-data, incident open', 'clear', soon, 'recovering', 'old'],
    ['no-data, incident open', 'missing', soon, 'no-data', 'old'],
    ['ok', 'gone', soon, 'ok'],
    ['pending', 'gone', soon, 'ok'],
    ['firing', 'gone', soon, 'ok'],
    ['recovering', 'gone', soon, 'ok'],
    ['no-data', 'gone', soon, 'ok'],
    ['no-data, incident open', 'gone', soon, 'ok'],
  ])('goes from %s on %s at %i to %s', (from, is, atMs, to, incident) => {
    const after = stepped(states[from], is, atMs)
    expect(after?.state ?? 'ok').toBe(to)
    expect(after && 'incident' in after ? after.incident?.id : undefined).toBe(incident)
  })

  it('says that an incident began when the threshold was first crossed, not when the window agreed', () => {
    const after = stepped(states.pending, 'breaching', 700_000)
    expect(after).toMatchObject({ state: 'firing', sinceMs: 700_000, incident: { startedAtMs: 1_000 } })
  })

  it('resolves at once where nothing is to be waited for', () => {
    expect(stepWith(states.firing, { is: 'clear' }, { keepFiringMs: 0 })).toBeUndefined()
  })

  it.each<[from: AlertState | undefined, observation: Observation, to: Severity]>([
    [undefined, { is: 'breaching', severity: 'critical' }, 'critical'],
    [states.firing, { is: 'breaching', severity: 'critical' }, 'critical'],
    [states.firing, { is: 'breaching', still: 'critical' }, 'warning'],
    [critical, { is: 'breaching', still: 'critical' }, 'critical'],
    [critical, { is: 'breaching' }, 'warning'],
    [critical, { is: 'building' }, 'critical'],
    [critical, { is: 'between' }, 'warning'],
  ])('goes on from %j on %j as %s, within one incident', (from, observation, to) => {
    expect(stepWith(from, observation, {})).toMatchObject({
      state: 'firing',
      severity: to,
      incident: { id: from ? 'old' : 'new' },
    })
  })

  it('goes through recovering and no-data as severe as it was', () => {
    for (const is of ['clear', 'missing'] as const) {
      expect(stepWith(critical, { is }, {})).toMatchObject({ severity: 'critical', incident: old })
    }
  })

  it('stays open while it flaps, until it has been calm', () => {
    const flapping = stepWith(states.recovering, { is: 'breaching' }, { isFlapping: true, calmMs: 600_000 })
    expect(flapping).toMatchObject({ state: 'firing', flapping: true, incident: old })
    const context = { keepFiringMs: 0, calmMs: 600_000 }
    const recovering = stepWith(flapping, { is: 'clear' }, context)
    expect(recovering).toMatchObject({ state: 'recovering', flapping: true })
    expect(stepWith(recovering, { is: 'clear' }, { ...context, atMs: 601_000 })).toBe(recovering)
    expect(stepWith(recovering, { is: 'clear' }, { ...context, atMs: 602_000 })).toBeUndefined()
  })

  it('never loses an open incident but by what is clear or gone, and never calls missing data ok', () => {
    const all = ['breaching', 'building', 'between', 'clear', 'missing', 'gone'] as const
    const observation = fc.constantFrom<Observation['is']>(...all)
    fc.assert(
      fc.property(fc.array(observation, { maxLength: 40 }), (observations) => {
        let state: AlertState | undefined
        for (const [index, is] of observations.entries()) {
          const before = state
          state = stepped(before, is, index * 50_000)
          const wasOpen = before !== undefined && before.state !== 'pending' && before.incident !== undefined
          if (wasOpen && state === undefined) expect(['clear', 'gone']).toContain(is)
          if (is === 'missing' && before !== undefined) expect(state?.state).toBe('no-data')
        }
      }),
    )
  })
})
