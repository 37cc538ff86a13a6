import { type Heartbeat, heartbeatMaxBytes, parseHeartbeat } from '../../core/heartbeat.ts'
import { heartbeatKey } from '../../core/keys.ts'
import type { Bucket } from './port.ts'

/** `undefined`: evaluate never wrote one. Throws a `SyntaxError` when it is damaged. */
export async function readHeartbeat(bucket: Bucket): Promise<Heartbeat | undefined> {
  const object = await bucket.get(heartbeatKey, { maxBytes: heartbeatMaxBytes })
  return object && parseHeartbeat(object.body)
}
