/** What happens in a simulated fleet: fast-check makes these, and shrinks one that breaks a promise to its shortest. */
import fc from 'fast-check'

export const hostNames = ['web-1', 'db', '<script>']

/** What a snapshot says: how full its disk is, and what a check of the host's owner found, or that it could not be run. */
export interface Observed {
  diskPercent: number
  check: 'quiet' | 'finds' | 'finds-another' | 'fails'
}

export type HostAction =
  /** The agent takes a snapshot, makes a batch of what it has, and sends it. */
  | ({ does: 'sample' } & Observed)
  /** The same, but nothing is sent. */
  | ({ does: 'sample-offline' } & Observed)
  /** Only a snapshot: the batch isn't full yet. */
  | ({ does: 'collect' } & Observed)
  /** What a process of 20 days ago left on the disk is found. */
  | { does: 'find-old' }
  /** The process is gone without a word; the next one goes on with its disk. */
  | { does: 'kill' }
  /** A copy of the machine goes on beside it, under the same stream. */
  | { does: 'clone' }
  | { does: 'goodbye' }
  /** The clock of the host is set to this far from the truth. */
  | { does: 'set-clock'; skewMs: number }
  /** Something that is no batch lands in the inbox. */
  | { does: 'garbage' }

/** What an operator says, by the command line. */
export interface OperatorWord {
  says: 'silence' | 'expire' | 'ack' | 'forget'
  /** Of the host, or of an incident that is open there. */
  host: number
}

export interface Round {
  /** Before it, time goes on by this. */
  minutes: number
  actions: { host: number; action: HostAction }[]
  words: OperatorWord[]
  evaluators: number
  notifiers: number
  rollups: number
  sweeps: number
  /** Runs that are woken for the report which is due. */
  reports: number
  weather: 'fair' | 'rough' | 'foul'
}

export interface Story {
  /** Decides who is next and what fails. */
  seed: number
  rounds: Round[]
}

const observed = {
  diskPercent: fc.constantFrom(40, 40, 95, 95, 89),
  check: fc.constantFrom<Observed['check'][]>('quiet', 'quiet', 'finds', 'finds-another', 'fails'),
}

const action: fc.Arbitrary<HostAction> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ does: fc.constant('sample' as const), ...observed }) },
  { weight: 6, arbitrary: fc.record({ does: fc.constant('sample-offline' as const), ...observed }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('collect' as const), ...observed }) },
  { weight: 1, arbitrary: fc.constant<HostAction>({ does: 'find-old' }) },
  { weight: 1, arbitrary: fc.constant<HostAction>({ does: 'kill' }) },
  { weight: 1, arbitrary: fc.constant<HostAction>({ does: 'clone' }) },
  { weight: 1, arbitrary: fc.constant<HostAction>({ does: 'goodbye' }) },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('set-clock' as const),
      skewMs: fc.constantFrom(0, -50 * 365 * 86_400_000, 3_600_000, -90_000),
    }),
  },
  { weight: 1, arbitrary: fc.constant<HostAction>({ does: 'garbage' }) },
)

const longMinutes = 11 * 1_440

const round: fc.Arbitrary<Round> = fc.record({
  // In two hours blocks of the log become old, in eleven days reports.
  minutes: fc.constantFrom(1, 1, 1, 1, 1, 5, 5, 30, 30, 120, 120, longMinutes),
  actions: fc.array(fc.record({ host: fc.integer({ min: 0, max: hostNames.length - 1 }), action }), { maxLength: 4 }),
  words: fc.array(
    fc.record({
      says: fc.constantFrom<OperatorWord['says'][]>('silence', 'expire', 'ack', 'forget'),
      host: fc.integer({ min: 0, max: hostNames.length - 1 }),
    }),
    { maxLength: 2 },
  ),
  evaluators: fc.constantFrom(0, 1, 2, 4),
  notifiers: fc.constantFrom(0, 1, 2),
  rollups: fc.constantFrom(0, 0, 1, 2),
  sweeps: fc.constantFrom(0, 0, 1, 2),
  reports: fc.constantFrom(0, 0, 0, 0, 1, 2),
  weather: fc.constantFrom<Round['weather'][]>('fair', 'rough', 'foul'),
})

export const stories: fc.Arbitrary<Story> = fc
  .record({ seed: fc.integer(), rounds: fc.array(round, { minLength: 1, maxLength: 10 }) })
  .map(({ seed, rounds }) => ({ seed, rounds: shortened(rounds) }))

/** So that what is found after 20 days is at most 45 days old when it is sent: older times are taken for those of a wrong clock. */
const longAtMost = 2

function shortened(rounds: Round[]): Round[] {
  let long = 0
  return rounds.map((one) => (one.minutes === longMinutes && ++long > longAtMost ? { ...one, minutes: 120 } : one))
}
