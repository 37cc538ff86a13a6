import type { Clock } from '../../clock/port.ts'
import type { ProcessLock } from './lock.ts'

/** Where a bucket lies, and what its operations share. */
export interface Place {
  /** Absolute path. */
  root: string
  /** For messages. */
  url: string
  /** Folder of what has no key yet; on the file system of `root`. */
  drafts: string
  clock: Clock
  lock: ProcessLock
}
