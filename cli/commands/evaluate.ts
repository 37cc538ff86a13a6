import { composeFunctions } from '../../embedded/functions.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'

export async function runEvaluate({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const { evaluate } = await composeFunctions({
    settings,
    env: terminal.env,
    log: terminal.createLog('stderr', settings.timeZone),
  })
  const outcomes = await evaluate({})
  if (parsed.values.json) return terminal.print(JSON.stringify(outcomes))
  for (const one of outcomes) {
    if (one.outcome === 'idle') terminal.print(`shard ${one.shard}: nothing new`)
    else
      terminal.print(
        `shard ${one.shard}: block ${one.n}, ${one.samples} samples of ${one.batches} batches, ${one.transitions.length} transitions, ${one.refused} refused`,
      )
  }
}
