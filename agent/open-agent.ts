/** The agent with the collector that its settings ask for: what every process has that runs one. */
import { systemRandom } from '../adapters/clock/system.ts'
import { type Agent, type AgentOptions, createAgent } from './agent.ts'
import { openCollector } from './collect/open.ts'

export type OpenAgentOptions = Omit<AgentOptions, 'collector' | 'random'>

export function openAgent(options: OpenAgentOptions): Agent {
  const { settings, clock } = options
  const { topProcesses, topOpenFiles, watches, pss, sensors } = settings
  const collector = openCollector({ clock, topProcesses, topOpenFiles, watches, pss, sensors })
  return createAgent({ ...options, random: systemRandom, collector })
}
