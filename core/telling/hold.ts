/** Why nobody is told of an incident now. Each reason is a sentence, and stands in the log once. */
import { type Ack, type Control, isSilent } from './control.ts'
import { matches, type Subject } from './match.ts'
import type { Maintenance, TellingPolicy } from './policy.ts'
import { isMaintained } from './windows.ts'

export type HeldBy = 'silence' | 'maintenance' | 'inhibition' | 'acknowledgement' | 'flapping' | 'route' | 'over'

export interface Hold {
  by: HeldBy
  reason: string
  /** That it gets worse is told all the same. */
  onlyRepeats?: true
}

/** What holds now, whatever it is of: looked up once a run. */
export interface Holds {
  silences: Control['silences']
  maintenance: readonly Maintenance[]
  acks: ReadonlyMap<string, Ack>
  /** Host -> the incident of its being down. */
  down: ReadonlyMap<string, string>
  /** The incident of all being silent at once: then it is us. */
  allSilent?: string
}

/** Found by whoever decides that all hosts are gone, and that is no rule of a host. */
export const allSilentRule = 'all-silent'

export function holdsNow(
  { control, policy, nowMs }: { control: Control; policy: TellingPolicy; nowMs: number },
  silent: Pick<Holds, 'down' | 'allSilent'>,
): Holds {
  return {
    ...silent,
    silences: control.silences.filter((silence) => isSilent(silence, nowMs)),
    maintenance: policy.maintenance.filter((one) => isMaintained(one, nowMs)),
    acks: new Map(control.acks.filter(({ untilMs }) => nowMs < untilMs).map((ack) => [ack.incident, ack])),
  }
}

/** The first that holds it back, if any does. */
export function holdOf(subject: Subject & { flapping?: true }, holds: Holds): Hold | undefined {
  return inhibited(subject, holds) ?? silenced(subject, holds) ?? maintained(subject, holds) ?? quiet(subject, holds)
}

function inhibited({ host, incident, rule }: Subject, { down, allSilent }: Holds): Hold | undefined {
  const downIncident = down.get(host)
  if (downIncident !== undefined && downIncident !== incident) {
    return { by: 'inhibition', reason: `the host is down (${downIncident})` }
  }
  if (allSilent === undefined || downIncident !== incident || rule === allSilentRule) return undefined
  return { by: 'inhibition', reason: `all hosts are silent at once (${allSilent})` }
}

function silenced(subject: Subject, { silences }: Holds): Hold | undefined {
  const found = silences.find(({ match }) => matches(match, subject))
  if (!found) return undefined
  const { id, by, untilMs, comment } = found
  return { by: 'silence', reason: `silence ${id} of ${by} until ${minute(untilMs)}${comment && `: ${comment}`}` }
}

function maintained(subject: Subject, { maintenance }: Holds): Hold | undefined {
  const found = maintenance.find(({ match }) => matches(match, subject))
  return found && { by: 'maintenance', reason: `maintenance ${found.name}` }
}

function quiet({ incident, flapping }: Subject & { flapping?: true }, { acks }: Holds): Hold | undefined {
  const ack = acks.get(incident)
  if (ack) {
    const reason = `acknowledged by ${ack.by} until ${minute(ack.untilMs)}${ack.comment && `: ${ack.comment}`}`
    return { by: 'acknowledgement', reason, onlyRepeats: true }
  }
  return flapping && { by: 'flapping', reason: 'it flaps, and was told once', onlyRepeats: true }
}

/** `2026-03-01T14:00Z` */
function minute(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16)}Z`
}
