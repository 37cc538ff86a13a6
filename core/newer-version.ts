/**
 * Objects of the bucket say of which version they are. One that a newer Vitals wrote is neither guessed at nor overwritten: an
 * older function that meets it says so, and leaves everything as it is for the newer one to come back to.
 */
export class NewerVersionError extends SyntaxError {
  override name = 'NewerVersionError'
}

/** To be asked before anything else: what is newer may look like nothing that is known here. */
export function refuseNewer(subject: string, version: unknown, known: number): void {
  const words = newerWords(subject, version, known)
  if (words !== undefined) throw new NewerVersionError(words)
}

/** The same, for who tells it and goes on. */
export function newerWords(subject: string, version: unknown, known: number): string | undefined {
  if (typeof version !== 'number' || !(version > known)) return undefined
  return `${subject}: version ${version}, this build knows up to ${known}: a newer Vitals wrote it, and it is left as it is: update vitals here`
}

/** `v` of what was JSON; what has none is not newer but damaged, which is for others to say. */
export function versionIn(json: unknown): unknown {
  return (json as { v?: unknown } | null)?.v
}
