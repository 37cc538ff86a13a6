/** The agent with the collector that its settings ask for: what every process has that runs one. */
import { systemRandom } from '../adapters/clock/system.ts'
import type { Settings } from '../core/settings.ts'
import { type Agent, createAgent } from './agent.ts'
import { openCollector } from './collect/open.ts'
import type { AgentOptions } from './options.ts'

export type OpenAgentOptions = Omit<AgentOptions, 'collector' | 'random'>

export function openAgent(options: OpenAgentOptions): Agent {
  const { settings, clock } = options
  const open = ({ topProcesses, topOpenFiles, watches, pss, sensors }: Settings) =>
    openCollector({ clock, topProcesses, topOpenFiles, watches, pss, sensors })
  return createAgent({ ...options, random: systemRandom, collector: open(settings), openCollector: open })
}
