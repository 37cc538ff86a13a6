/** The receivers of vitals.yml, and `default`, which is there without being named: mail to MONITOR_MAIL_TO. */
import { resolve } from 'node:path'
import type { ReceiverConfig } from '../../core/config/receiver.ts'
import { defaultReceiver } from '../../core/notice.ts'
import type { Settings } from '../../core/settings.ts'
import type { Clock } from '../clock/port.ts'
import { createEmlSender } from '../mail/eml.ts'
import { openMail } from '../mail/open.ts'
import type { MailSender } from '../mail/port.ts'
import { createMailReceiver } from './mail.ts'
import { defaultReceiverLimits, retryPolicies } from './policy.ts'
import type { Receiver } from './port.ts'
import { type Environment, receiverProblems, secretOf } from './problems.ts'
import { createWebhookReceiver } from './webhook.ts'

export type Receivers = Readonly<Record<string, Receiver>>

export interface OpenReceiversOptions {
  settings: Settings
  configs: readonly ReceiverConfig[]
  /** Where the secrets are that vitals.yml names. */
  env: Environment
  clock: Clock
  /** Of `default`; absent: as it is set. */
  mail?: MailSender
}

export interface OpenedReceivers {
  receivers: Receivers
  /** Of those that are left out: what is wrong with each, in a sentence. */
  problems: { receiver: string; reason: string }[]
}

/** One that can't be opened is left out and told; the others are there. */
export async function openReceivers(options: OpenReceiversOptions): Promise<OpenedReceivers> {
  const { settings, configs, mail = await openMail({ settings }) } = options
  const receivers: Record<string, Receiver> = {
    [defaultReceiver]: createMailReceiver({ ...defaultReceiverLimits, sender: mail }),
  }
  const problems: OpenedReceivers['problems'] = []
  for (const config of configs) {
    const found = receiverProblems(config, options)
    problems.push(...found.map((reason) => ({ receiver: config.name, reason })))
    if (found.length === 0) receivers[config.name] = await openReceiver(config, options)
  }
  return { receivers, problems }
}

async function openReceiver(config: ReceiverConfig, { settings, env, clock }: OpenReceiversOptions): Promise<Receiver> {
  const { name, deadlineMs, capPerHour } = config
  const limits = { name, deadlineMs, capPerHour }
  switch (config.type) {
    case 'mail':
      return createMailReceiver({
        ...limits,
        sender: await openMail({ settings: { ...settings, mailTo: [...config.to] } }),
      })
    case 'file': {
      const { mailFrom: from, mailTo: to } = settings
      const sender = createEmlSender({ directory: resolve(config.directory), from, to })
      return createMailReceiver({ ...limits, sender, retry: retryPolicies.file })
    }
    case 'webhook': {
      const { url, secret, format, insecure } = config
      return createWebhookReceiver({
        ...limits,
        url: secretOf(url, env),
        format,
        ...(secret === undefined ? {} : { secret: secretOf(secret, env) }),
        ...(insecure === undefined ? {} : { insecure }),
        clock,
      })
    }
    case 'sns': {
      // Loaded where it is used: the SDK costs time and memory that nobody else should pay.
      const { createSnsReceiver } = await import('./sns.ts')
      return createSnsReceiver({ ...limits, topic: config.topic })
    }
    case 'command': {
      const { createCommandReceiver } = await import('./command.ts')
      return createCommandReceiver({ ...limits, command: config.command, env: commandEnvironment(env) })
    }
  }
}

/** What a program needs to run; what it must not know, our keys, is left out. */
const handedOn = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'USER', 'LOGNAME']

function commandEnvironment(env: Environment): Record<string, string> {
  return Object.fromEntries(handedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
}
