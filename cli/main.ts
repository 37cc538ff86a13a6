#!/usr/bin/env node
/** The `vitals` command. */
import { commands } from './commands.ts'
import { readerGone } from './reader-gone.ts'
import { runCommandLine } from './run.ts'

// What is being done is done all the same.
readerGone()
process.exitCode = await runCommandLine(process.argv.slice(2), commands)
// What a library left open (a kept-alive connection, a font cache) is no reason to stay.
process.exit()
