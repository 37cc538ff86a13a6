/** What checks find, in the words of who writes one. */
import type { Snapshot } from '../core/snapshot.ts'

/** Something wrong, found in one snapshot. While snapshots come with it, its alert fires; the first without it ends that. */
export interface Finding {
  /** What is checked: the alert's name. Default: the name of the function. Not `cpu`, `memory`, `disk` or `host-down`. */
  check?: string | undefined
  /** Which one of several, such as the name of a queue: each has an alert of its own. Default: the host itself. */
  subject?: string | undefined
  /** Default: `warning`. An alert keeps the severity that it began with. */
  severity?: 'warning' | 'critical' | undefined
  /** A sentence for people: it stands in the mail, on the status page and in reports. At most 512 characters. */
  message: string
  /** What was measured. */
  value?: number | undefined
  /** What it was compared with. */
  threshold?: number | undefined
}

/**
 * Looks at one snapshot. Nothing returned is nothing found. It has five seconds, or half the interval where that is less.
 * While it throws, hangs or returns something else, what it found before counts as unknown, and never as over.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing finds nothing
export type Check = (metrics: Snapshot) => readonly Finding[] | void | Promise<readonly Finding[] | void>
