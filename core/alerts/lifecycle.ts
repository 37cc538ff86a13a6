/**
 * The life of one alert. A pure table: state and observation in, state and what to say of it out.
 *
 *              building                 breaching
 *      ok ----------------> pending ----------------> firing <-----------.
 *      ^ <----- clear ---------'                        | clear          | breaching, building
 *      |                                                v                |
 *      '--------- clear for keepFiringMs --------- recovering -----------'
 *
 *      pending, firing, recovering -- missing --> no-data -- anything else --> as from ok, or, with an incident
 *                                                                              open, as from firing
 */
import type { AlertState, Incident } from './alert.ts'

export type Observation =
  /** The rule holds. */
  | { is: 'breaching' }
  /** The newest sample is over the threshold, but the window doesn't say so (yet). */
  | { is: 'building' }
  /** Neither over the threshold nor well below it. */
  | { is: 'between' }
  | { is: 'clear' }
  /** Nothing to judge by: never the same as clear. */
  | { is: 'missing' }

export interface StepContext {
  atMs: number
  keepFiringMs: number
  openIncident(startedAtMs: number): Incident
}

/** `undefined` is ok. The same object back means that nothing changed. */
export function step(
  state: AlertState | undefined,
  observation: Observation,
  context: StepContext,
): AlertState | undefined {
  if (observation.is === 'missing') return withoutData(state, context)
  if (state === undefined) return fromOk(observation, context)
  switch (state.state) {
    case 'pending':
      return fromPending(state, observation, context)
    case 'firing':
      return observation.is === 'clear' ? recover(state.incident, context) : state
    case 'recovering':
      return fromRecovering(state, observation, context)
    case 'no-data':
      return fromNoData(state, observation, context)
  }
}

function fromOk(observation: Observation, { atMs, openIncident }: StepContext): AlertState | undefined {
  if (observation.is === 'breaching') return { state: 'firing', sinceMs: atMs, incident: openIncident(atMs) }
  return observation.is === 'building' ? { state: 'pending', sinceMs: atMs } : undefined
}

function fromPending(
  state: Extract<AlertState, { state: 'pending' }>,
  observation: Observation,
  { atMs, openIncident }: StepContext,
): AlertState | undefined {
  if (observation.is === 'breaching') return { state: 'firing', sinceMs: atMs, incident: openIncident(state.sinceMs) }
  return observation.is === 'clear' ? undefined : state
}

function fromRecovering(
  state: Extract<AlertState, { state: 'recovering' }>,
  observation: Observation,
  { atMs, keepFiringMs }: StepContext,
): AlertState | undefined {
  if (observation.is === 'breaching' || observation.is === 'building') {
    return { state: 'firing', sinceMs: atMs, incident: state.incident }
  }
  return observation.is === 'clear' && atMs - state.sinceMs >= keepFiringMs ? undefined : state
}

function fromNoData(
  state: Extract<AlertState, { state: 'no-data' }>,
  observation: Observation,
  context: StepContext,
): AlertState | undefined {
  if (!state.incident) return fromOk(observation, context)
  if (observation.is === 'clear') return recover(state.incident, context)
  return { state: 'firing', sinceMs: context.atMs, incident: state.incident }
}

function recover(incident: Incident, { atMs, keepFiringMs }: StepContext): AlertState | undefined {
  return keepFiringMs === 0 ? undefined : { state: 'recovering', sinceMs: atMs, incident }
}

/** Ok stays ok here: whether a host that never had the metric should have it is not this alert's question. */
function withoutData(state: AlertState | undefined, { atMs }: StepContext): AlertState | undefined {
  if (state === undefined || state.state === 'no-data') return state
  return state.state === 'pending'
    ? { state: 'no-data', sinceMs: atMs }
    : { state: 'no-data', sinceMs: atMs, incident: state.incident }
}
