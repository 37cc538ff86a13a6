/** A terminal that keeps what commands print. */
import { silentLog } from '../../../../adapters/log/port.ts'
import type { Terminal } from '../../../../cli/terminal.ts'

export function makeTerminal(env: Terminal['env']): Terminal & { printed: string[] } {
  const printed: string[] = []
  return {
    env,
    printed,
    print: (text) => void printed.push(text),
    isForPeople: false,
    colour: false,
    createLog: () => silentLog,
    progress: () => {},
    stopSignal: () => new AbortController().signal,
    onReload: () => {},
  }
}
