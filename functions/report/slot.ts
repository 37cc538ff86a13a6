/**
 * A scheduled report is made once, whoever is woken for it and however often: its slot is an object that one run claims, if it
 * is absent, and marks as done once the mail has left. A run that dies leaves a claim that ends; the next one takes it over and
 * makes the same report, under the same id. A mail can go out twice only when a run dies between sending and marking.
 */

import * as v from 'valibot'
import { type Bucket, BucketError, type PutCondition } from '../../adapters/bucket/port.ts'
import type { Clock, Random } from '../../adapters/clock/port.ts'
import { reportId, slotKey } from '../../core/keys.ts'
import { NewerVersionError, refuseNewer, versionIn } from '../../core/newer-version.ts'
import type { Slot } from '../../core/schedule.ts'

/** Longer than a run may take: see function.yml. */
export const claimMs = 15 * 60_000
/** A report that fails as often is given up. */
const mostTries = 5
const maxBytes = 64 * 1024

const turnVersion = 1

const turnSchema = v.object({
  v: v.literal(turnVersion),
  /** Of the run that put this. */
  write: v.string(),
  /** The report's id, the same for all who try. */
  id: v.string(),
  phase: v.picklist(['claimed', 'done']),
  tries: v.number(),
  untilMs: v.number(),
})
type Turn = v.InferOutput<typeof turnSchema>

export interface SlotDeps {
  bucket: Bucket
  clock: Pick<Clock, 'now'>
  random: Random
}

/**
 * `done`: by another run, or earlier. `claimed`: another one is at it, or died within the last minutes. `given-up`: it failed too
 * often; whoever removes the slot's object has it tried again.
 */
export interface Repeated {
  outcome: 'done' | 'claimed' | 'given-up'
  id: string
}

export type OnceOutcome<Result> = { outcome: 'made'; result: Result } | Repeated

/**
 * `make` publishes under the id it is given; `send` mails what was made. Throws what they throw; then the next run tries again,
 * until it is given up.
 */
export async function oncePerSlot<Made, Result>(
  deps: SlotDeps,
  slot: Slot,
  { make, send }: { make(id: string): Promise<Made>; send(made: Made): Promise<Result> },
): Promise<OnceOutcome<Result>> {
  const key = slotKey(slot)
  const claim = await claimSlot(deps, key)
  if ('outcome' in claim) return claim
  const { turn } = claim
  let { etag } = claim
  const change = async (changed: Partial<Turn>) => {
    const next = await putTurn(deps, key, { ...turn, ...changed }, { ifMatches: etag })
    if (next !== undefined) etag = next
    return next !== undefined
  }
  try {
    const made = await make(turn.id)
    // Whoever took so long that another run is at it by now leaves the mail to that one.
    if (!(await change({ untilMs: deps.clock.now() + claimMs }))) return { outcome: 'claimed', id: turn.id }
    const result = await send(made)
    await change({ phase: 'done' })
    return { outcome: 'made', result }
  } catch (error) {
    // Not released by this it is released by its end.
    await change({ untilMs: 0 }).catch(() => false)
    throw error
  }
}

/** Whether a slot was ever claimed. */
export async function wasClaimed({ bucket }: Pick<SlotDeps, 'bucket'>, slot: Slot): Promise<boolean> {
  return (await bucket.get(slotKey(slot), { maxBytes })) !== undefined
}

async function claimSlot(deps: SlotDeps, key: string): Promise<{ turn: Turn; etag: string } | Repeated> {
  const { bucket, clock, random } = deps
  const nowMs = clock.now()
  const current = await bucket.get(key, { maxBytes })
  const known = current && parseTurn(key, current.body)
  if (known?.phase === 'done') return { outcome: 'done', id: known.id }
  if (known && known.untilMs > nowMs) return { outcome: 'claimed', id: known.id }
  if (known && known.tries >= mostTries) return { outcome: 'given-up', id: known.id }
  const id = known?.id ?? reportId(nowMs, random.hex(8))
  const turn: Turn = { v: 1, write: '', id, phase: 'claimed', tries: (known?.tries ?? 0) + 1, untilMs: nowMs + claimMs }
  const etag = await putTurn(deps, key, turn, current ? { ifMatches: current.etag } : { ifAbsent: true })
  return etag === undefined ? { outcome: 'claimed', id } : { turn, etag }
}

function parseTurn(key: string, body: Uint8Array): Turn {
  try {
    const json: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    refuseNewer(key, versionIn(json), turnVersion)
    return v.parse(turnSchema, json)
  } catch (error) {
    if (error instanceof NewerVersionError) throw error
    throw new Error(`${key} can't be read: ${(error as Error).message}; remove it to make this report again`)
  }
}

/** Resolves to the new etag; undefined: somebody else was first. An answer that was lost is settled by reading back. */
async function putTurn(
  { bucket, random }: SlotDeps,
  key: string,
  turn: Turn,
  condition: PutCondition,
): Promise<string | undefined> {
  const write = random.hex(8)
  try {
    const put = await bucket.put(key, Buffer.from(JSON.stringify({ ...turn, write })), condition)
    return put.outcome === 'written' ? put.etag : undefined
  } catch (error) {
    if (!(error instanceof BucketError) || error.effect === 'none') throw error
    const stored = await bucket.get(key, { maxBytes })
    return stored && parseTurn(key, stored.body).write === write ? stored.etag : undefined
  }
}
