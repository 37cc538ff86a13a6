/** What one asks on a host that has an agent, as hosts get it: `host.cjs`. */
import { hostCommands } from './host-commands.ts'
import { runCommandLine } from './run.ts'

runCommandLine(process.argv.slice(2), hostCommands).then((code) => process.exit(code))
