/**
 * The life of one alert. A pure table: state and observation in, the next state out.
 *
 *              building                 breaching
 *      ok ----------------> pending ----------------> firing <-----------.  (worse, better: the same incident with
 *      ^ <----- clear ---------'                        | clear          |   another severity)
 *      |                                                v                | breaching, building
 *      '--------- clear for keepFiringMs --------- recovering -----------'
 *                 (flapping: for calmMs)
 *
 *      pending, firing, recovering -- missing --> no-data -- anything else --> as from ok, or, with an incident
 *                                                                              open, as from firing
 *      any of them -- gone --> ok
 */
import type { AlertState, Incident } from './alert.ts'
import type { Severity } from './rule.ts'

export type Observation =
  /** The rule holds. No severity: that of the rule. `still`: critical where it was so; it is near that step. */
  | { is: 'breaching'; severity?: Severity; still?: 'critical' }
  /** The newest sample is over the threshold, but the window doesn't say so (yet). */
  | { is: 'building' }
  /** Neither over the threshold nor well below it. */
  | { is: 'between' }
  /** `yet`: some of the last datapoints were not; what was building may go on. */
  | { is: 'clear'; yet?: 'some' }
  /** Nothing to judge by: never the same as clear. */
  | { is: 'missing' }
  /** What it is about is there no more: that is known, and not a lack of data. */
  | { is: 'gone' }

export interface StepContext {
  atMs: number
  /** Of the rule. */
  severity: Severity
  keepFiringMs: number
  /** Going to firing now would be so often that the rule calls it flapping; from then on `calmMs` stands for `keepFiringMs`. */
  isFlapping?: boolean
  calmMs?: number
  openIncident(startedAtMs: number): Incident
}

type In<Phase extends AlertState['state']> = Extract<AlertState, { state: Phase }>
type Opened = In<'firing'> | In<'recovering'> | (In<'no-data'> & { incident: Incident })
type Next = AlertState | undefined
type Move<From> = (from: From, context: StepContext, observation: Observation) => Next
type Row<From> = Record<Observation['is'], Move<From>>

const table: {
  ok: Row<undefined>
  pending: Row<In<'pending'>>
  firing: Row<In<'firing'>>
  recovering: Row<In<'recovering'>>
  blind: Row<In<'no-data'>>
  blindAndOpen: Row<Opened>
} = {
  ok: { breaching: open, building: wait, between: stay, clear: stay, missing: stay, gone: stay },
  pending: { breaching: open, building: stay, between: stay, clear: endUnlessBuilding, missing: lose, gone: end },
  firing: { breaching: weigh, building: stay, between: ease, clear: recover, missing: lose, gone: end },
  recovering: {
    breaching: fireAgain,
    building: fireAgain,
    between: stay,
    clear: endWhenCalm,
    missing: lose,
    gone: end,
  },
  /** Ok stays ok here: whether a host that never had the metric should have it is not this alert's question. */
  blind: { breaching: open, building: wait, between: end, clear: end, missing: stay, gone: end },
  blindAndOpen: {
    breaching: fireAgain,
    building: fireAgain,
    between: fireAgain,
    clear: recover,
    missing: stay,
    gone: end,
  },
}

/** `undefined` is ok. The same object back means that nothing changed. */
export function step(state: Next, observation: Observation, context: StepContext): Next {
  const row = rowOf(state) as Row<Next>
  return row[observation.is](state, context, observation)
}

function rowOf(state: Next) {
  if (state === undefined) return table.ok
  if (state.state === 'no-data') return state.incident ? table.blindAndOpen : table.blind
  return table[state.state]
}

function stay(from: Next): Next {
  return from
}

function end(): Next {
  return undefined
}

function endUnlessBuilding(from: In<'pending'>, _: StepContext, observation: Observation): Next {
  return observation.is === 'clear' && observation.yet === 'some' ? from : undefined
}

function wait(_: unknown, { atMs }: StepContext): Next {
  return { state: 'pending', sinceMs: atMs }
}

/** Of what was pending the incident began then, when the threshold was first crossed, not when the window agreed. */
function open(from: Next, context: StepContext, observation: Observation): Next {
  const { atMs, openIncident } = context
  return {
    state: 'firing',
    sinceMs: atMs,
    severity: severityOf(observation, context),
    incident: openIncident(from?.state === 'pending' ? from.sinceMs : atMs),
    ...(context.isFlapping ? { flapping: true } : {}),
  }
}

function fireAgain(from: Opened, context: StepContext, observation: Observation): Next {
  const severity = observation.is === 'breaching' ? severityOf(observation, context, from.severity) : from.severity
  const flapping = from.flapping || context.isFlapping
  return { ...carried(from), state: 'firing', sinceMs: context.atMs, severity, ...(flapping ? { flapping: true } : {}) }
}

function weigh(from: In<'firing'>, context: StepContext, observation: Observation): Next {
  const severity = severityOf(observation, context, from.severity)
  return severity === from.severity ? from : { ...from, severity }
}

function ease(from: In<'firing'>, { severity }: StepContext): Next {
  return severity === from.severity ? from : { ...from, severity }
}

function recover(from: Opened, { atMs, keepFiringMs }: StepContext): Next {
  if (keepFiringMs === 0 && !from.flapping) return undefined
  return { ...carried(from), state: 'recovering', sinceMs: atMs }
}

function endWhenCalm(from: In<'recovering'>, { atMs, keepFiringMs, calmMs = 0 }: StepContext): Next {
  const neededMs = from.flapping ? Math.max(keepFiringMs, calmMs) : keepFiringMs
  return atMs - from.sinceMs >= neededMs ? undefined : from
}

function lose(from: AlertState, { atMs, severity }: StepContext): Next {
  return from.state === 'pending'
    ? { state: 'no-data', sinceMs: atMs, severity }
    : { ...from, state: 'no-data', sinceMs: atMs }
}

function carried({ severity, incident, peak, flapping }: Opened) {
  return {
    severity,
    incident,
    ...(peak === undefined ? {} : { peak }),
    ...(flapping ? ({ flapping: true } as const) : {}),
  }
}

function severityOf(observation: Observation, context: StepContext, was?: Severity): Severity {
  if (observation.is !== 'breaching') return was ?? context.severity
  const { severity = context.severity, still } = observation
  return was === 'critical' && still === 'critical' ? 'critical' : severity
}
