import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { up } from '../up/up.ts'

export async function runUp({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  await up({
    env: terminal.env,
    settings,
    log: terminal.createLog('stdout', settings.timeZone, settings.logLevel),
    ...(terminal.isForPeople ? { print: terminal.print } : {}),
    withAgent: parsed.values['no-agent'] === undefined,
    signal: terminal.stopSignal(),
    onReload: terminal.onReload,
    readAgain: () => readSettings(terminal.env, parsed),
  })
}
