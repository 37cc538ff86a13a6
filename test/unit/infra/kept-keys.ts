/** A key of each kind that nothing may remove by its age. */
import {
  blockKey,
  checkpointKey,
  controlKey,
  controlLimitKey,
  dayKey,
  heartbeatKey,
  inboxKey,
  layoutKey,
  noBlock,
  noticeKey,
  nowKey,
  stateKey,
} from '../../../core/keys.ts'
import { rollupProgressKey } from '../../../core/rollup/rollup-keys.ts'

export const keptKeys = [
  layoutKey,
  stateKey('all'),
  nowKey('all'),
  noticeKey('n'),
  rollupProgressKey('all'),
  blockKey({ shard: 'all', n: 1, write: noBlock, prev: noBlock }),
  checkpointKey('all', 1),
  dayKey('all'),
  controlKey,
  controlLimitKey,
  heartbeatKey,
  inboxKey({ host: 'web-1', stream: noBlock, seq: 1, sha16: noBlock }),
]
