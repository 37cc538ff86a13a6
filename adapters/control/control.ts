/** The control object of a bucket: read, and changed only by whoever saw the last change. */

import { controlKey } from '../../core/keys.ts'
import type { Changed, Control } from '../../core/telling/control.ts'
import { checkControl, controlMaxBytes, parseControl } from '../../core/telling/control-object.ts'
import { type Bucket, BucketError } from '../bucket/port.ts'

export interface KnownControl {
  control: Control
  /** Absent: nobody has said anything yet. */
  etag?: string
}

/** Throws a `SyntaxError` when it is damaged. */
export async function readControl(bucket: Bucket): Promise<KnownControl> {
  const object = await bucket.get(controlKey, { maxBytes: controlMaxBytes })
  return { control: parseControl(object?.body), ...(object ? { etag: object.etag } : {}) }
}

/** Others write at the same moment. */
const tries = 8

/**
 * `change` is asked again where somebody else was first, and may refuse. A lost answer is settled by reading back: our own
 * write is known by its bytes. Throws when the store is away, or too many write at once.
 */
export async function changeControl(bucket: Bucket, change: (control: Control) => Changed): Promise<Changed> {
  for (let attempt = 1; attempt <= tries; attempt++) {
    const { control, etag } = await readControl(bucket)
    const changed = change(control)
    if (!changed.ok) return changed
    const body = Buffer.from(JSON.stringify(checkControl(changed.control)))
    if (await put(bucket, body, etag)) return changed
  }
  throw new Error(`${controlKey}: others changed it ${tries} times in a row; try again`)
}

async function put(bucket: Bucket, body: Uint8Array, etag: string | undefined): Promise<boolean> {
  try {
    const condition = etag === undefined ? { ifAbsent: true as const } : { ifMatches: etag }
    const { outcome } = await bucket.put(controlKey, body, condition)
    if (outcome === 'written') return true
  } catch (error) {
    if (!(error instanceof BucketError) || error.effect === 'none') throw error
  }
  const found = await bucket.get(controlKey, { maxBytes: controlMaxBytes })
  return found !== undefined && Buffer.from(body).equals(found.body)
}
