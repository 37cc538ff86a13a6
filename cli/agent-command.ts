/** `vitals agent`, by itself: hosts get a bundle that has nothing else. */
import type { Command } from './command.ts'
import { runAgentCommand } from './commands/agent.ts'
import { type OptionTable, settingOptions } from './options.ts'

export const hostOptions = {
  ...settingOptions,
  host: { value: 'NAME', meaning: "this host's name", setting: 'MONITOR_HOST' },
  interval: { value: 'SECONDS', meaning: 'time between snapshots', setting: 'MONITOR_INTERVAL' },
} as const satisfies OptionTable

export const agentCommand: Command = {
  words: ['agent'],
  meaning: 'only the agent: snapshots of this host into the bucket',
  options: hostOptions,
  run: runAgentCommand,
}
