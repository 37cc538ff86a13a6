/** What could not be read in one snapshot, and why. Missing is not zero: it has a name and a reason. */
import { limits } from '../../core/limits.ts'

export interface Unavailable {
  note(subject: string, reason: string): void
  /** The value, or undefined and a note when reading throws. `has` says which kernels have it. */
  attempt<Value>(subject: string, read: () => Value, has?: string): Value | undefined
  /** Undefined when all could be read. */
  reasons(): Record<string, string> | undefined
}

/** A host with 10,000 broken mounts must not send a snapshot that is too large to be taken. */
const maxSubjects = 64

export function createUnavailable(): Unavailable {
  const reasons = new Map<string, string>()
  const note = (subject: string, reason: string) => {
    if (reasons.size >= maxSubjects) return
    reasons.set(clip(subject, limits.pathLength), clip(reason, limits.reasonLength))
  }
  return {
    note,
    attempt(subject, read, has) {
      try {
        return read()
      } catch (error) {
        note(subject, reasonOf(error, has))
        return undefined
      }
    },
    reasons: () => (reasons.size === 0 ? undefined : Object.fromEntries(reasons)),
  }
}

/** What the reader can do about it, with the system's own word for whoever looks it up. */
function reasonOf(error: unknown, has: string | undefined): string {
  if (!(error instanceof Error)) return String(error)
  const { code, path, message } = error as NodeJS.ErrnoException
  const kernels = has ?? 'not mounted, or not in this kernel'
  if (code === 'ENOENT' && path !== undefined) return `${path} is not there (ENOENT): ${kernels}`
  if ((code === 'EACCES' || code === 'EPERM') && path !== undefined) return `no permission to read ${path} (${code})`
  // The message of a reading names no file, and the system's word for this one speaks of sockets.
  if (code === 'EOPNOTSUPP' || code === 'ENOTSUP') return `switched off in this kernel (${code}): ${kernels}`
  return message
}

/** At most so many UTF-16 units, and never half a character. */
export function clip(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).toWellFormed()
}
