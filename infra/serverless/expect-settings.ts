/**
 * On stdin the settings that functions will be deployed with, as JSON; ends with 1 where they would refuse them or the
 * vitals.yml beside them, or would tell nobody, and says why. A process of its own: the framework may run on a Node that reads no TypeScript.
 */
import { json } from 'node:stream/consumers'
import { readConfig } from '../../adapters/config/file.ts'
import { receiverProblems } from '../../adapters/receivers/problems.ts'
import type { ReceiverConfig } from '../../core/config/receiver.ts'
import { formatProblems, parseSettings } from '../../core/parse-settings.ts'
import { type Settings, settingDescriptions } from '../../core/settings.ts'

const environment = Object.entries((await json(process.stdin)) as Record<string, unknown>)
/** What CloudFormation fills in is not known yet. */
const given = Object.fromEntries(environment.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))

const problems = [...(await wrong()), ...untold()]
if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`)
  process.exitCode = 1
}

async function wrong(): Promise<string[]> {
  // The stack hands settings on by their names: one that is misspelt in the shell would be left out without a word.
  const known = new Set(settingDescriptions.map(({ name }) => name))
  const unknown = Object.entries(process.env).filter(([name]) => !known.has(name))
  const env = { ...Object.fromEntries(unknown), ...given }
  const parsed = parseSettings({ env, hostname: 'lambda', timeZone: 'UTC', resolvePath: (path) => path })
  if (!parsed.ok) return [formatProblems(parsed.problems)]
  try {
    const { receivers } = await readConfig(parsed.settings.vitalsFile, parsed.settings)
    return receivers.flatMap((receiver) => refused(receiver, parsed.settings))
  } catch (error) {
    return [(error as Error).message]
  }
}

/** Its secrets are those of this shell. */
function refused(receiver: ReceiverConfig, settings: Settings): string[] {
  const { name, type } = receiver
  if (type !== 'command' && type !== 'file') return receiverProblems(receiver, { settings, env: process.env })
  const why = type === 'command' ? 'a function runs no programs' : 'nobody reads the files of a function'
  return [`receiver ${name} of vitals.yml: ${why}: expected a receiver of type mail, webhook or sns`]
}

/** A stack that tells nobody is no monitoring; as files, nobody reads the mails of a function: who wants that says so. */
function untold(): string[] {
  if (given.MONITOR_MAIL === 'file') return []
  const missing = ['MONITOR_MAIL_FROM', 'MONITOR_MAIL_TO'].filter((name) => !given[name])
  const addresses =
    `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set: say who sends the mails (an identity that ` +
    'SES has verified) and who gets them, e.g. MONITOR_MAIL_FROM=vitals@example.com MONITOR_MAIL_TO=ops@example.com ' +
    'npx serverless deploy'
  const way = 'MONITOR_MAIL is empty, so that mails would be files: expected ses or smtp, or none, which is ses'
  return [...(missing.length > 0 ? [addresses] : []), ...(given.MONITOR_MAIL || given.MONITOR_SMTP_URL ? [] : [way])]
}
