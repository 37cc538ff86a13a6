/** What could not be read in one snapshot, and why. Missing is not zero: it has a name and a reason. */
import { limits } from '../../core/limits.ts'

export interface Unavailable {
  note(subject: string, reason: string): void
  /** The value, or undefined and a note when reading throws. */
  attempt<Value>(subject: string, read: () => Value): Value | undefined
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
    attempt(subject, read) {
      try {
        return read()
      } catch (error) {
        note(subject, error instanceof Error ? error.message : String(error))
        return undefined
      }
    },
    reasons: () => (reasons.size === 0 ? undefined : Object.fromEntries(reasons)),
  }
}

/** At most so many UTF-16 units, and never half a character. */
export function clip(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).toWellFormed()
}
