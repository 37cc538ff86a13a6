import { readCosts } from '../cost/load.ts'
import { costLines } from '../cost/text.ts'
import type { Parsed } from '../options.ts'
import type { Terminal } from '../terminal.ts'

/** By the model, of the stack as it is by default: asks nobody. */
export async function runCost({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const costs = readCosts(parsed, terminal.env)
  if (parsed.values.json) {
    return terminal.print(JSON.stringify(costs.fleets.map(({ hosts, cost }) => ({ hosts, ...cost }))))
  }
  for (const line of costLines(costs)) terminal.print(line)
}
