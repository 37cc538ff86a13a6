import { runStandAlone } from '../../agent/main.ts'
import { readAgentSettings } from '../agent-settings.ts'
import type { Parsed } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import { version } from '../version.ts'

export async function runAgentCommand({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readAgentSettings(terminal, parsed)
  const log = terminal.createLog('stdout', settings.timeZone, settings.logLevel)
  const readAgain = () => readAgentSettings(terminal, parsed)
  await runStandAlone({
    settings,
    log,
    version,
    signal: terminal.stopSignal(),
    onReload: terminal.onReload,
    readAgain,
  })
}
