/** What happens in a simulated fleet: fast-check makes these, and shrinks one that breaks a promise to its shortest. */
import fc from 'fast-check'
import { type PolicyName, policyNames, type ReceiverName } from './fleet.ts'

export const hostNames = ['web-1', 'db', '<script>']

/** What a snapshot says: how busy and full the host is, and what a check of its owner found, or that it could not be run. */
export interface Observed {
  cpuPercent: number
  memoryPercent: number
  diskPercent: number
  check: 'quiet' | 'finds' | 'finds-another' | 'fails'
}

export type HostAction =
  /** The agent takes a snapshot, makes a batch of what it has, and sends it. */
  | ({ does: 'sample' } & Observed)
  /** The same, but only that is sent: what waits comes later than it. */
  | ({ does: 'sample-newest' } & Observed)
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

/** What somebody says by the command line or by a link in a mail. */
export type Saying =
  | { says: 'silence'; host: number; rule: '*' | 'disk' | 'host-down'; minutes: number }
  /** The last silence is ended early. */
  | { says: 'expire' }
  /** Of the incident that somebody was told of last. */
  | { says: 'acknowledge'; minutes: number }
  | { says: 'forget'; host: number }

/** How a receiver takes what it is sent. */
export type Mood = 'well' | 'hangs' | 'refuses' | 'fails' | 'drops'

export interface Round {
  /** Before it, time goes on by this. */
  minutes: number
  actions: { host: number; action: HostAction }[]
  sayings: Saying[]
  moods: Record<ReceiverName, Mood>
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
  /** Who is told: everybody by one way, or by routes, with maintenance. */
  policy: PolicyName
  rounds: Round[]
}

const observed = {
  cpuPercent: fc.constantFrom(10, 10, 97, 97, 78),
  memoryPercent: fc.constantFrom(20, 20, 20, 95),
  diskPercent: fc.constantFrom(40, 40, 95, 98, 89),
  check: fc.constantFrom<Observed['check'][]>('quiet', 'quiet', 'finds', 'finds-another', 'fails'),
}

const action: fc.Arbitrary<HostAction> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ does: fc.constant('sample' as const), ...observed }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('sample-newest' as const), ...observed }) },
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

const someHost = fc.integer({ min: 0, max: hostNames.length - 1 })

const saying: fc.Arbitrary<Saying> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      says: fc.constant('silence' as const),
      host: someHost,
      rule: fc.constantFrom('*' as const, 'disk' as const, 'host-down' as const),
      minutes: fc.constantFrom(4, 30, 1_440),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Saying>({ says: 'expire' }) },
  {
    weight: 2,
    arbitrary: fc.record({ says: fc.constant('acknowledge' as const), minutes: fc.constantFrom(20, 1_440) }),
  },
  { weight: 1, arbitrary: fc.record({ says: fc.constant('forget' as const), host: someHost }) },
)

const mood = fc.constantFrom<Mood[]>('well', 'well', 'well', 'well', 'hangs', 'refuses', 'fails', 'drops')

const longMinutes = 11 * 1_440

const round: fc.Arbitrary<Round> = fc.record({
  // Longer than a quarter of an hour evaluate is away itself; in two hours blocks of the log become old, in eleven days reports.
  minutes: fc.constantFrom(1, 1, 1, 1, 1, 3, 6, 12, 12, 30, 120, 120, longMinutes),
  actions: fc.array(fc.record({ host: someHost, action }), { maxLength: 4 }),
  sayings: fc.oneof(fc.constant<Saying[]>([]), fc.constant<Saying[]>([]), fc.array(saying, { maxLength: 2 })),
  moods: fc.record({ default: mood, pager: mood, chat: mood }),
  evaluators: fc.constantFrom(0, 1, 2, 4),
  notifiers: fc.constantFrom(0, 1, 2),
  rollups: fc.constantFrom(0, 0, 1, 2),
  sweeps: fc.constantFrom(0, 0, 1, 2),
  reports: fc.constantFrom(0, 0, 0, 0, 1, 2),
  weather: fc.constantFrom<Round['weather'][]>('fair', 'rough', 'foul'),
})

export const stories: fc.Arbitrary<Story> = fc
  .record({
    seed: fc.integer(),
    policy: fc.constantFrom(...policyNames),
    rounds: fc.array(round, { minLength: 1, maxLength: 10 }),
  })
  .map(({ rounds, ...story }) => ({ ...story, rounds: shortened(rounds) }))

/** So that what is found after 20 days is at most 45 days old when it is sent: older times are taken for those of a wrong clock. */
const longAtMost = 2

function shortened(rounds: Round[]): Round[] {
  let long = 0
  return rounds.map((one) => (one.minutes === longMinutes && ++long > longAtMost ? { ...one, minutes: 120 } : one))
}
