/** Settings read again while an agent runs: all of them hold, or none does. */
import type { Log } from '../adapters/log/port.ts'
import type { Settings } from '../core/settings.ts'
import type { Agent } from './agent.ts'

export interface ReloadOptions {
  agent: Pick<Agent, 'reload'>
  /** Throws an error that tells all that is wrong with them. */
  readAgain: () => Settings
  log: Log
}

/** Never throws: what is wrong is told, and what held before holds on. */
export function reloadSettings({ agent, readAgain, log }: ReloadOptions): void {
  let asked: Settings
  try {
    asked = readAgain()
  } catch (error) {
    log.error('the settings that were read again are wrong; those before hold on', { reason: (error as Error).message })
    return
  }
  const { taken, atNextStart } = agent.reload(asked)
  log.info('the settings were read again', { changed: taken.length === 0 ? 'nothing' : taken.join(', ') })
  if (atNextStart.length > 0)
    log.warn('some settings hold from the next start on: restart the agent', { settings: atNextStart.join(', ') })
}
