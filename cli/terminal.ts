/** What a command may say, and how it learns that it must stop. */
import type { Log } from '../adapters/log/port.ts'
import type { LogLevel } from '../core/setting-values.ts'

export interface Terminal {
  env: Readonly<Record<string, string | undefined>>
  /** Standard output: results. */
  print(text: string): void
  /** Is standard output read by a person? */
  isForPeople: boolean
  /** Of standard output; absent: it is none that has columns. */
  columns?: number
  /** Standard output takes colours: a terminal, and NO_COLOR is not set. */
  colour: boolean
  /** Standard error of one-shot commands, standard output of those that run on, which write no less than `level`. */
  createLog(to: 'stdout' | 'stderr', timeZone: string, level?: LogLevel): Log
  /** One line that replaces itself; nothing where nobody looks. */
  progress(text: string): void
  /** Asks a person, and waits for a line; absent: nobody is there to answer. */
  ask?(question: string): Promise<string>
  /** From now on Ctrl-C, the service manager and a closed terminal ask to stop, the second time at once. */
  stopSignal(): AbortSignal
  /** From now on a hang-up calls `act` instead: a service has no terminal that could have been closed. */
  onReload(act: () => void): void
}
