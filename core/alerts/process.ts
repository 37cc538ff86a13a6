/** Does a process run that a rule asks for? Only a watch knows that one does not. */
import { matchesGlob } from '../glob.ts'
import type { ProcessesSample } from '../snapshot.ts'

/**
 * `glob` is of names, or of the expressions by which processes are watched: `nginx*`, `unit:ssh.service`. Undefined: no
 * such process is among those that the snapshot tells, and none is watched.
 */
export function isRunning(glob: string, { top, watches = {} }: ProcessesSample): boolean | undefined {
  let isWatched = false
  for (const [expression, count] of Object.entries(watches)) {
    if (!matchesGlob(glob, expression) && !matchesGlob(glob, subjectOf(expression))) continue
    if (count > 0) return true
    isWatched = true
  }
  if (top.some(({ name }) => matchesGlob(glob, name))) return true
  return isWatched ? false : undefined
}

/** `name:nginx*` watches what is called `nginx*`. */
function subjectOf(expression: string): string {
  return expression.startsWith('name:') ? expression.slice('name:'.length) : expression
}
