/** Settings of an agent by itself: it runs no schedule, and has a time zone only for the eyes of somebody at a terminal. */
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { parseSettings } from '../core/parse-settings.ts'
import type { Settings } from '../core/settings.ts'
import type { Parsed } from './options.ts'
import { readSaid } from './said.ts'
import type { Terminal } from './terminal.ts'
import { orUsageError } from './usage-error.ts'

/** Throws a `UsageError` that lists every problem. */
export function readAgentSettings({ env, isForPeople }: Terminal, parsed: Parsed): Settings {
  // Whoever asks for the machine's zone loads the tables of all zones: 7 MB that an agent would keep for nothing.
  const timeZone = isForPeople ? Intl.DateTimeFormat().resolvedOptions().timeZone : 'UTC'
  const said = readSaid(env, parsed)
  return orUsageError(parseSettings({ env: said.values, hostname: hostname(), timeZone, resolvePath: resolve }), said)
}
