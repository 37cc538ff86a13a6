#!/usr/bin/env node
/** The agent alone, as hosts get it: `node agent.cjs` is `vitals agent`. */
import { agentCommand } from './agent-command.ts'
import { runCommandLine } from './run.ts'

runCommandLine(['agent', ...process.argv.slice(2)], [agentCommand]).then((code) => process.exit(code))
