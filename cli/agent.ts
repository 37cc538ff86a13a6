#!/usr/bin/env -S MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=65536 node --max-semi-space-size=1 --lite-mode --memory-saver-mode --single-threaded-gc --expose-gc
/** The agent alone, as hosts get it: `agent.cjs` is `vitals agent`, with a Node that is told to be small. */
import { agentCommand } from './agent-command.ts'
import { runCommandLine } from './run.ts'

const startedMs = 30_000

// The heap grows by kilobytes a minute: what the start left over would lie there for hours. Once, since it costs 45 ms.
setTimeout(() => globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }), startedMs).unref()

runCommandLine(['agent', ...process.argv.slice(2)], [agentCommand]).then((code) => process.exit(code))
