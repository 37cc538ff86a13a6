import { once } from 'node:events'
import { startChartServer } from '../../adapters/charts/serve/server.ts'
import { UsageError } from '../errors.ts'
import type { Parsed } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import { version } from '../version.ts'

/** Where QuickChart's own server listens. */
export const usualChartsPort = 3_400

/** QuickChart's HTTP API until Ctrl-C, on loopback. */
export async function runChartsServe({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const said = parsed.values.port?.[0] ?? String(usualChartsPort)
  const port = Number(said)
  if (!/^\d+$/.test(said) || port > 65_535) throw new UsageError(`--port ${said}: expected 0 to 65535`)
  const signal = terminal.stopSignal()
  const server = await startChartServer({ port, version })
  terminal.print(`charts at ${server.url}/chart, as QuickChart serves them; Ctrl-C ends it`)
  if (!signal.aborted) await once(signal, 'abort')
  await server.stop()
}
