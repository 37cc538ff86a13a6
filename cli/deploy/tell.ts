import type { Terminal } from '../terminal.ts'

/** What is being done: a line that replaces itself for who looks on, a line of the log for who reads it later. */
export function tell(terminal: Terminal, text: string): void {
  if (terminal.isForPeople) terminal.progress(`${text} …`)
  else terminal.createLog('stderr', 'UTC').info(text)
}
