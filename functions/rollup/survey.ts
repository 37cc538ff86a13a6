/** What is in the bucket, by kind, and what a sweep would remove of it. Reads listings, and changes nothing. */
import { pagesOf } from '../../adapters/bucket/pages.ts'
import { judge, type SweepFacts } from '../../core/retention.ts'
import { storageDollars } from '../../core/storage-cost.ts'
import { readCovered } from './covered.ts'
import type { SweepDeps } from './sweep.ts'

export interface Stored {
  objects: number
  bytes: number
}

export interface SurveyRow extends Stored {
  /** What their keys begin with. */
  prefix: string
  /** As S3 would charge it. */
  dollarsPerMonth: number
  /** What a sweep would remove now. */
  removable: Stored
}

export interface Survey {
  url: string
  atMs: number
  /** In the order of their prefixes; only what is there. */
  rows: SurveyRow[]
  total: Omit<SurveyRow, 'prefix'>
}

/** Lists the whole bucket, a thousand keys a request. `onProgress`: objects seen so far. */
export async function surveyBucket(deps: SweepDeps, onProgress?: (objects: number) => void): Promise<Survey> {
  const { bucket, policy, clock } = deps
  const facts: SweepFacts = { policy, nowMs: clock.now(), coveredBelow: await readCovered(deps) }
  const rows = new Map<string, { stored: Stored; removable: Stored }>()
  const total = { stored: nothing(), removable: nothing() }
  for await (const page of pagesOf(bucket, '')) {
    for (const object of page) {
      const prefix = kindOf(object.key)
      const row = rows.get(prefix) ?? { stored: nothing(), removable: nothing() }
      rows.set(prefix, row)
      const goes = judge(object, facts).action === 'remove'
      for (const { stored, removable } of [row, total]) {
        add(stored, object.sizeBytes)
        if (goes) add(removable, object.sizeBytes)
      }
    }
    onProgress?.(total.stored.objects)
  }
  return {
    url: bucket.url,
    atMs: facts.nowMs,
    rows: [...rows].map(([prefix, row]) => ({ prefix, ...described(row) })),
    total: described(total),
  }
}

/** None begins with another. */
const kinds = [
  'checkpoints/',
  'control/',
  'heartbeat/',
  'inbox/',
  'lake/',
  'limits/v1/',
  'log/',
  'notices/v1/done/',
  'notices/v1/open/',
  'probe/',
  'rejected/',
  'rollups/v1/1d/',
  'rollups/v1/1h/',
  'rollups/v1/5m/',
  'rollups/v1/progress/',
  'site/day/',
  'site/now/',
  'site/reports/',
  'slots/',
  'state/',
  'vitals.json',
]

function kindOf(key: string): string {
  return kinds.find((prefix) => key.startsWith(prefix)) ?? 'other'
}

function nothing(): Stored {
  return { objects: 0, bytes: 0 }
}

function add(to: Stored, bytes: number): void {
  to.objects += 1
  to.bytes += bytes
}

function described({ stored, removable }: { stored: Stored; removable: Stored }): Omit<SurveyRow, 'prefix'> {
  return { ...stored, dollarsPerMonth: storageDollars(stored.bytes), removable }
}
