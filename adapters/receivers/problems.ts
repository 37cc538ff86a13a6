/** What the schema of vitals.yml can't know of a receiver: secrets that are not there, commands that nobody allowed. */
import type { ReceiverConfig, SecretRef } from '../../core/config/receiver.ts'
import { type Settings, settings as settingTable } from '../../core/settings.ts'
import { webhookProblem } from './webhook-url.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Sentences. */
export function receiverProblems(
  config: ReceiverConfig,
  { settings, env }: { settings: Pick<Settings, 'allowCommands'>; env: Environment },
): string[] {
  const place = `receiver ${config.name} of vitals.yml`
  switch (config.type) {
    case 'command': {
      if (settings.allowCommands) return []
      return [`${place}: ${config.command[0]} is not run: commands need ${settingTable.allowCommands.name}=true`]
    }
    case 'webhook': {
      const refs = secretRefs(config)
      const missing = refs.filter((ref) => !env[ref.env])
      if (missing.length > 0) return missing.map((ref) => `${place}: ${ref.env} is not set in the environment`)
      const problem = webhookProblem({ ...config, url: secretOf(config.url, env) })
      return problem === undefined ? [] : [`${place}: ${problem}`]
    }
    case 'mail':
    case 'sns':
    case 'file':
      return []
  }
}

export function secretOf(value: string | SecretRef, env: Environment): string {
  return typeof value === 'string' ? value : (env[value.env] ?? '')
}

/** Values that must not be shown: those of the variables that it names. */
export function secretsIn(config: ReceiverConfig, env: Environment): string[] {
  return secretRefs(config).flatMap((ref) => env[ref.env] ?? [])
}

function secretRefs(config: ReceiverConfig): SecretRef[] {
  if (config.type !== 'webhook') return []
  return [config.url, config.secret].filter((one): one is SecretRef => typeof one === 'object')
}
