/** What a command may say, and when it must stop. */
import type { Log } from '../adapters/log/port.ts'

export interface Terminal {
  env: NodeJS.ProcessEnv
  /** Standard output: results. */
  print(text: string): void
  /** Is standard output read by a person? */
  isForPeople: boolean
  /** Standard error of one-shot commands, standard output of those that run on. */
  createLog(to: 'stdout' | 'stderr', timeZone: string): Log
  /** One line that replaces itself; nothing where nobody looks. */
  progress(text: string): void
  /** Ctrl-C, or the service manager. */
  signal: AbortSignal
}
