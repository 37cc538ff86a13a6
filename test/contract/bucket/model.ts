/** A bucket as a map, and what can be done to both: fast-check finds the order in which they differ. */
import fc from 'fast-check'
import { expect } from 'vitest'
import type { Bucket, PutCondition } from '../../../adapters/bucket/port.ts'

export interface BucketModel {
  /** All keys of one run begin with it. */
  folder: string
  objects: Map<string, { body: string; etag: string }>
  /** Of bodies that were replaced or deleted. No body comes twice: these match nothing. */
  staleEtags: string[]
  puts: number
  /** A full page may say that there are more when there are none below its prefix: the next one is empty. */
  mayEndEmpty: boolean
}

export function emptyModel(folder: string, mayEndEmpty: boolean): BucketModel {
  return { folder, objects: new Map(), staleEtags: [], puts: 0, mayEndEmpty }
}

/** None is a folder of another. */
const names = ['a', 'a-b', 'a.b', 'a.c/d', 'b/c', 'b/c-d', 'b/c.d', 'b/e/f', 'b/e/g', 'b0', 'c/d/e/f']
const name = fc.constantFrom(...names)
const prefix = fc.constantFrom('', 'a', 'a.', 'b', 'b/', 'b/c', 'b/e/', 'c/d/', 'x')
const startAfter = fc.option(fc.constantFrom('', ...names, 'a~', 'b/', 'b/e', 'b/e/~', 'c', 'x'), { nil: undefined })

export function bucketCommands() {
  return fc.commands<BucketModel, Bucket, true>(
    [
      fc.record({ name, sizeBytes: fc.constantFrom(0, 10, 5_000), on: conditionKind }).map(putCommand),
      name.map(getCommand),
      fc.array(name, { maxLength: 4 }).map(deleteCommand),
      fc
        .record({ prefix, startAfter, limit: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }) })
        .map(listCommand),
    ],
    { maxCommands: 40 },
  )
}

type BucketCommand = fc.AsyncCommand<BucketModel, Bucket, true>
const conditionKind = fc.constantFrom('always', 'ifAbsent', 'ifCurrent', 'ifStale')
type ConditionKind = 'always' | 'ifAbsent' | 'ifCurrent' | 'ifStale'

function putCommand({ name, sizeBytes, on }: { name: string; sizeBytes: number; on: ConditionKind }): BucketCommand {
  return command(`put ${name} ${on}, ${sizeBytes} bytes`, async (model, bucket) => {
    const key = model.folder + name
    const held = model.objects.get(key)
    const body = `${model.puts++} ${'x'.repeat(sizeBytes)}`
    const condition = conditionOf(on, held?.etag, model.staleEtags.at(-1))
    const holds = on === 'always' || (on === 'ifAbsent' ? !held : on === 'ifCurrent' && held !== undefined)
    const result = await bucket.put(key, Buffer.from(body), condition)
    expect(result.outcome).toBe(holds ? 'written' : 'lost')
    if (result.outcome !== 'written') return
    if (held) model.staleEtags.push(held.etag)
    model.objects.set(key, { body, etag: result.etag })
  })
}

function conditionOf(on: ConditionKind, current?: string, stale = '0'.repeat(32)): PutCondition | undefined {
  if (on === 'always') return undefined
  if (on === 'ifAbsent') return { ifAbsent: true }
  return { ifMatches: on === 'ifCurrent' ? (current ?? stale) : stale }
}

function getCommand(name: string): BucketCommand {
  return command(`get ${name}`, async (model, bucket) => {
    const object = await bucket.get(model.folder + name)
    const found = object && { body: Buffer.from(object.body).toString(), etag: object.etag }
    expect(found).toEqual(model.objects.get(model.folder + name))
  })
}

function deleteCommand(deleted: string[]): BucketCommand {
  return command(`delete ${deleted.join(' ')}`, async (model, bucket) => {
    const keys = deleted.map((name) => model.folder + name)
    await bucket.delete(keys)
    for (const key of keys) {
      const held = model.objects.get(key)
      if (held) model.staleEtags.push(held.etag)
      model.objects.delete(key)
    }
  })
}

interface ListOptions {
  prefix: string
  startAfter: string | undefined
  limit: number | undefined
}

function listCommand({ prefix, startAfter, limit }: ListOptions): BucketCommand {
  return command(`list '${prefix}' after ${startAfter}, limit ${limit}`, async (model, bucket) => {
    const after = startAfter === undefined ? '' : model.folder + startAfter
    const all = [...model.objects.keys()].filter((key) => key.startsWith(model.folder + prefix) && key > after).sort()
    const wanted = all.slice(0, limit).map((key) => ({ key, sizeBytes: model.objects.get(key)?.body.length }))
    const listing = await bucket.list(model.folder + prefix, {
      ...(startAfter === undefined ? {} : { startAfter: after }),
      ...(limit === undefined ? {} : { limit }),
    })
    const objects = listing.objects.map(({ key, sizeBytes }) => ({ key, sizeBytes }))
    const hasMore = wanted.length < all.length
    const more = model.mayEndEmpty && listing.more ? true : hasMore
    expect({ ...listing, objects }).toEqual({ objects: wanted, more })
    if (hasMore || !more) return
    // Whoever goes on finds that this was all.
    const rest = await bucket.list(model.folder + prefix, { startAfter: wanted.at(-1)?.key ?? '' })
    expect(rest).toEqual({ objects: [], more: false })
  })
}

function command(text: string, run: BucketCommand['run']): BucketCommand {
  return { check: async () => true, run, toString: () => text }
}
