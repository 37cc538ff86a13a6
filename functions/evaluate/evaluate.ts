/**
 * evaluate, one run for one shard: take what is in the inbox, decide, commit once, clean up. Whoever runs it twice, late,
 * at the same time or only half changes nothing twice.
 */
import { type Bucket, BucketError } from '../../adapters/bucket/port.ts'
import type { Clock, Random } from '../../adapters/clock/port.ts'
import { type Figures, noFigures } from '../../adapters/figures/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import { logWith } from '../../adapters/log/with.ts'
import type { Transition } from '../../core/alerts/alert.ts'
import { type RuleSet, rulesHash } from '../../core/alerts/rule.ts'
import type { Shard } from '../../core/keys.ts'
import { advanceShard } from '../../core/shard/advance.ts'
import type { BlockRow } from '../../core/shard/block.ts'
import type { FoundControl } from '../../core/shard/take-control.ts'
import { defaultPolicy, policyHash, type TellingPolicy } from '../../core/telling/policy.ts'
import { commit, readState } from './commit.ts'
import { listInbox, readInputs } from './inbox.ts'
import { makeNotices, publishNow } from './publish.ts'
import { keepRejected } from './reject.ts'
import { tellDataAge, tellInbox } from './self-figures.ts'
import { tellWaiting } from './tell.ts'

export interface EvaluateDeps {
  bucket: Bucket
  rules: RuleSet
  /** Absent: everything goes to the default receiver. */
  policy?: TellingPolicy
  clock: Clock
  random: Random
  log: Log
  /** Absent: nobody asks how it fares. */
  figures?: Figures
}

export type EvaluateOutcome =
  /** Nothing to take or to tell: nothing was written. */
  | { outcome: 'idle'; shard: Shard }
  | {
      outcome: 'committed'
      shard: Shard
      /** The write id of state and block: by it a line of the log is found in the bucket, and the other way round. */
      run: string
      n: number
      batches: number
      samples: number
      refused: number
      transitions: Transition[]
      notices: number
      more: boolean
    }

/** The commit stands; a store that fails now costs only time. */
async function orLater(log: Log, what: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof BucketError)) throw error
    log.warn(`could not ${what} after the commit; a later run does it`, { reason: error.message })
  }
}

/** What can't be read of more hosts than these is the store's trouble, and not theirs: then nobody is called down. */
const mostUnreadHosts = 8

/** How often a run that lost the commit to another starts again. */
const maxRounds = 5

/** What a run knows beside the shard: the same for all of them. */
export interface RunFacts {
  /** What operators say; absent: it could not be read. */
  control?: FoundControl
  /** evaluate had been away until now. */
  resumedAtMs?: number
}

export async function evaluateShard({
  bucket,
  shard,
  rules,
  policy = defaultPolicy,
  control,
  resumedAtMs,
  clock,
  random,
  log: logOfAll,
  figures = noFigures,
}: EvaluateDeps & RunFacts & { shard: Shard }): Promise<EvaluateOutcome> {
  for (let round = 1; round <= maxRounds; round++) {
    const write = random.hex(8)
    const log = logWith(logOfAll, { shard, run: write })
    const known = await readState(bucket, shard)
    tellDataAge(figures, known.state, clock.now())
    await makeNotices(bucket, known.state.notices)
    const listing = await listInbox(bucket, shard, known.state.listAfter)
    tellInbox(figures, { shard, objects: listing.objects, nowMs: clock.now() })
    const { inputs, unread } = await readInputs(bucket, listing.objects, log)
    tellWaiting(log, inputs)
    const { listAfter: from, ...before } = { ...known.state, notices: [] }
    const isWholeListing = listing.listAfter === undefined && from === undefined
    const sawWholeInbox = isWholeListing && unread.length <= mostUnreadHosts
    const unreadHosts = sawWholeInbox && unread.length > 0 ? unread : undefined
    const nowMs = clock.now()
    const run = { nowMs, sawWholeInbox, unreadHosts, resumedAtMs }
    const advance = advanceShard({ before, inputs, rules, policy, control, ...run })
    const isAtBound = listing.listAfter !== undefined
    if (!advance.changed && !(isAtBound || from !== undefined)) {
      if (advance.deletable.length > 0) await bucket.delete(advance.deletable)
      return { outcome: 'idle', shard }
    }
    await keepRejected(
      bucket,
      inputs.filter((input) => input.kind === 'refused'),
      nowMs,
    )
    const next = listing.listAfter === undefined ? advance.state : { ...advance.state, listAfter: listing.listAfter }
    const committed = await commit(bucket, {
      known,
      next,
      rows: advance.rows,
      write,
      decided: {
        rulesHash: rulesHash(rules),
        policyHash: policyHash(policy),
        nowMs,
        sawWholeInbox,
        ...(unreadHosts === undefined ? {} : { unreadHosts }),
        ...(resumedAtMs === undefined ? {} : { resumedAtMs }),
      },
    })
    if (!committed) {
      figures.count('LostCommits', 1)
      log.info('another run was first; starting again', { round })
      continue
    }
    const taken = counts(advance.rows)
    figures.count('SnapshotsTaken', taken.samples)
    tellDataAge(figures, committed, nowMs)
    // All that follows is done again by a later run, should it fail here.
    if (advance.deletable.length > 0) await orLater(log, 'clean up the inbox', () => bucket.delete(advance.deletable))
    await orLater(log, 'make notices', () => makeNotices(bucket, advance.notices))
    await orLater(log, 'publish the status page', () => publishNow(bucket, committed, rules, nowMs))
    return {
      outcome: 'committed',
      shard,
      run: write,
      n: committed.head?.n ?? 0,
      ...taken,
      notices: advance.notices.length,
      more: isAtBound,
    }
  }
  throw new Error(
    `evaluate: shard ${shard} lost the commit ${maxRounds} times in a row to other runs; the next run goes on`,
  )
}

function counts(rows: readonly BlockRow[]) {
  const of = (kind: BlockRow['kind']) => rows.filter((row) => row.kind === kind).length
  const transitions = rows.filter((row) => row.kind === 'transition')
  return { batches: of('batch'), samples: of('sample'), refused: of('refused'), transitions }
}
