/** Of who was told what: everything once begun and once over, nothing of what was held, and nobody late for another's sake. */
import { readControl } from '../../adapters/control/control.ts'
import { matchesGlob } from '../../core/glob.ts'
import { openNoticesPrefix, sentNoticesPrefix } from '../../core/keys.ts'
import type { NoticeObject } from '../../core/notice.ts'
import type { Block, TellingRow } from '../../core/shard/block.ts'
import { type Control, isSilent, noControl } from '../../core/telling/control.ts'
import { matches } from '../../core/telling/match.ts'
import { isMaintained } from '../../core/telling/windows.ts'
import { policyOf } from './fleet.ts'
import { expectEqual, iso } from './log.ts'
import { roundAt, type World } from './world.ts'

/**
 * A run that leaves an incident firing tells of it, or has said why not; so does one in which it fires and loses its data.
 * One that recovers already is told when it fires again, if it does.
 */
export function firingIsAnswered(blocks: readonly Block[]): void {
  const known = new Set<string>()
  for (const { rows } of blocks) {
    const firing = new Set<string>()
    for (const row of rows) {
      if (row.kind === 'telling' || row.kind === 'held') known.add(row.incident)
      if (row.kind !== 'transition' || !row.incident) continue
      if (row.to === 'firing') firing.add(row.incident.id)
      else if (row.to !== 'no-data') firing.delete(row.incident.id)
    }
    expectEqual(
      'incidents of which nothing was said',
      [...firing].filter((incident) => !known.has(incident)),
      [],
    )
  }
}

/**
 * By what the block's run knew of it; and by what somebody was told stands, where the weather was fair: then every run
 * knows it.
 */
export function nobodyIsToldOfWhatIsHeld(world: World, blocks: readonly Block[]): void {
  const { maintenance } = policyOf(world.policy)
  let control: Control = noControl
  for (const { header, rows } of blocks) {
    const { nowMs } = header
    for (const row of rows) if (row.kind === 'control') control = row.control
    for (const row of rows) {
      if (row.kind !== 'telling' || row.tell === 'resolved') continue
      const subject = { ...row, tags: {} }
      const silence = control.silences.find((one) => isSilent(one, nowMs) && matches(one.match, subject))
      if (silence) throw new Error(`${row.incident} was told at ${iso(nowMs)}, in silence ${silence.id}`)
      const window = maintenance.find((one) => isMaintained(one, nowMs) && matches(one.match, subject))
      if (window) throw new Error(`${row.incident} was told at ${iso(nowMs)}, in maintenance ${window.name}`)
      const ack = control.acks.find(({ incident, untilMs }) => incident === row.incident && nowMs < untilMs)
      if (ack && row.tell === 'repeat') throw new Error(`${row.incident} was repeated at ${iso(nowMs)}, acknowledged`)
      isNotKnownToBeSilent(world, row, nowMs)
    }
  }
}

function isNotKnownToBeSilent(world: World, { host, rule, incident }: TellingRow, nowMs: number): void {
  const round = roundAt(world, nowMs)
  if (round?.weather !== 'fair') return
  const silence = world.ledger.silences.find(
    (one) =>
      one.fromMs < round.startMs &&
      nowMs < Math.min(one.untilMs, one.endedAtMs ?? one.untilMs) &&
      one.host === host &&
      matchesGlob(one.rule, rule),
  )
  if (silence) throw new Error(`${incident} was told at ${iso(nowMs)}, and ${silence.id} had silenced it`)
}

/** Once each, however often it was sent; nothing of it is lost by what others say. */
export async function whatWasSaidStands({ bucket, ledger }: World): Promise<void> {
  const { silences } = (await readControl(bucket)).control
  for (const { id, untilMs } of ledger.silences) {
    const found = silences.filter((one) => one.id === id)
    const isOld = found.length === 0 && silences.every((one) => one.createdAtMs > untilMs)
    if (found.length !== 1 && !isOld) throw new Error(`silence ${id} stands ${found.length} times`)
  }
}

/** At least once, or never where it was taken back; once where nobody died or was unheard; a repeat never twice. */
export async function noticesWereSent(world: World, blocks: readonly Block[]): Promise<void> {
  const received = world.ledger.received.flatMap(({ ids, ...message }) => ids.map((id) => ({ ...message, id })))
  const statuses = await statusesOf(world)
  for (const { tell, notices } of blocks.flatMap(({ rows }) => rows.filter((row) => row.kind === 'telling'))) {
    for (const id of notices) {
      const theirs = received.filter((one) => one.id === id)
      const status = statuses.get(id)
      if (!isTold({ tell, times: theirs.length, state: status?.state }))
        throw new Error(`notice ${id} is ${JSON.stringify(status)}, and was received ${theirs.length} times`)
      const again = theirs.slice(0, -1).find(({ isSure }) => isSure)
      if (again) throw new Error(`notice ${id} was sent at ${iso(again.atMs)}, and again`)
      const first = received.findIndex((one) => one.id === id)
      if (tell !== 'firing' && first >= 0 && !received.slice(0, first).some((one) => isBegun(one.id, { id, tell })))
        throw new Error(`${id} was sent before its firing`)
    }
  }
}

/** What is sent again after nobody knew how it went is the same message, for whoever tells doubles apart. */
export function whatIsSentAgainIsTheSame({ ledger }: World): void {
  for (const [message, same] of Map.groupBy(ledger.received, (one) => one.message)) {
    const contents = new Set(same.map(({ ids, receiver }) => `${receiver}: ${ids.join(' ')}`))
    if (contents.size > 1) throw new Error(`message ${message} was sent as ${[...contents].join(', and as ')}`)
  }
}

/** A group waits for its first notice's time; what exceeds a cap comes as a digest. */
export function messagesGather({ ledger }: World): void {
  for (const { message, atMs, gatheredMs } of ledger.received) {
    if (atMs < gatheredMs) throw new Error(`message ${message} was sent before ${iso(gatheredMs)}`)
  }
}

function isTold({ tell, times, state }: Pick<TellingRow, 'tell'> & { times: number; state: string | undefined }) {
  if (tell === 'repeat') return times <= 1 && ((state === 'sent' && times === 1) || state === 'cancelled')
  return (state === 'sent' && times > 0) || (state === 'cancelled' && times === 0)
}

/** A firing of the same incident and receiver; of an end, in the same round. */
function isBegun(other: string, { id, tell }: { id: string; tell: TellingRow['tell'] }): boolean {
  const [incident, receiver, , round] = id.split('-')
  const [otherIncident, otherReceiver, kind, otherRound] = other.split('-')
  if (kind !== 'firing' || incident !== otherIncident || receiver !== otherReceiver) return false
  return tell !== 'resolved' || round === otherRound
}

async function statusesOf({ bucket }: World): Promise<Map<string, NoticeObject['status']>> {
  const lists = await Promise.all([openNoticesPrefix, sentNoticesPrefix].map((prefix) => bucket.list(prefix)))
  const objects = await Promise.all(lists.flatMap((list) => list.objects).map(({ key }) => bucket.get(key)))
  const known = objects.map((object) => JSON.parse(Buffer.from(object?.body ?? []).toString('utf8')) as NoticeObject)
  return new Map(known.map(({ notice, status }) => [notice.id, status]))
}

/** In fair weather whoever is well has what is due before anybody's deadline passes: time has not gone on yet. */
export function noReceiverDelaysAnother(world: World): void {
  for (const { message, receiver, atMs } of world.ledger.received) {
    const round = roundAt(world, atMs)
    if (round?.weather !== 'fair' || round.moods[receiver] !== 'well') continue
    expectEqual(`${receiver}, who was well, has ${message} at`, iso(atMs), iso(round.startMs))
  }
}
