import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { systemClock } from '../../adapters/clock/system.ts'
import { createEmlSender } from '../../adapters/mail/eml.ts'
import { createSesSender } from '../../adapters/mail/ses.ts'
import { createSmtpSender } from '../../adapters/mail/smtp.ts'
import { createCommandReceiver } from '../../adapters/receivers/command.ts'
import { createMailReceiver } from '../../adapters/receivers/mail.ts'
import { createSnsReceiver } from '../../adapters/receivers/sns.ts'
import { createWebhookReceiver } from '../../adapters/receivers/webhook.ts'
import { webhookFormats } from '../../core/config/receiver.ts'
import { accepts, answers, drops, hangs, startHttpServer } from './http-server.ts'
import { addresses, plainAddresses } from './mail-contract.ts'
import { type Behaviour, describeReceiver } from './receiver-contract.ts'
import { refuseWith, startSes } from './ses-server.ts'
import { startSmtpServer } from './smtp-server.ts'
import { attributesIn, publishes, refusesWith, startSns } from './sns-server.ts'

const limits = { name: 'pager', deadlineMs: 30_000, capPerHour: 60 }
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }

async function readMails(messages: readonly Buffer[]) {
  const parsed = await Promise.all(messages.map((message) => simpleParser(message)))
  return parsed.map(({ headers, text = '' }) => ({ id: String(headers.get('x-vitals-notice')), text }))
}

describeReceiver('a receiver by SMTP', {
  behaviours: ['accepts', 'fails', 'hangs', 'drops'],
  keepsIds: true,
  open: async (behaviour) => {
    const server = await startSmtpServer({
      ...(behaviour === 'fails' ? { onMailFrom: (_, __, done) => done(new Error('try later')) } : {}),
      ...(behaviour === 'hangs' ? { onData: (stream) => void stream.resume() } : {}),
      ...(behaviour === 'drops' ? { onData: (stream) => void stream.resume().on('end', () => server.hangUp()) } : {}),
    })
    const sender = createSmtpSender({ url: `smtp://127.0.0.1:${server.port}`, ...addresses })
    return {
      receiver: createMailReceiver({ ...limits, sender }),
      received: () => readMails(server.messages),
      close: server.close,
    }
  },
})

describeReceiver('a receiver by SES', {
  behaviours: ['accepts', 'fails', 'hangs', 'drops'],
  open: async (behaviour) => {
    const misbehave = {
      accepts: undefined,
      fails: refuseWith('Throttling', 'Rate exceeded'),
      hangs,
      drops,
    }[behaviour]
    const { url: endpoint, region, messages, close } = await startSes(misbehave)
    const sender = await createSesSender({ ...plainAddresses, aws: { endpoint, region, credentials } })
    return { receiver: createMailReceiver({ ...limits, sender }), received: () => readMails(messages), close }
  },
})

describeReceiver('a receiver by files', {
  behaviours: ['accepts'],
  open: async () => {
    const root = await mkdtemp(join(tmpdir(), 'vitals-receiver-'))
    const directory = join(root, 'mail')
    return {
      receiver: createMailReceiver({ ...limits, sender: createEmlSender({ directory, ...addresses }) }),
      received: async () => {
        const names = await readdir(directory).catch(() => [])
        return await readMails(await Promise.all(names.map((name) => readFile(join(directory, name)))))
      },
      close: () => rm(root, { recursive: true }),
    }
  },
})

const overHttp = { accepts, fails: answers(500), hangs, drops }

for (const format of webhookFormats) {
  describeReceiver(`a webhook of format ${format}`, {
    behaviours: ['accepts', 'fails', 'hangs', 'drops'],
    open: async (behaviour) => {
      const { url, posts, close } = await startHttpServer(overHttp[behaviour])
      return {
        receiver: createWebhookReceiver({ ...limits, url, format, secret: 'secret', clock: systemClock }),
        received: async () =>
          posts.map(({ headers, body }) => ({
            id: String(headers['idempotency-key']),
            text: JSON.stringify(JSON.parse(body)),
          })),
        close,
      }
    },
  })
}

describeReceiver('a topic of SNS', {
  behaviours: ['accepts', 'fails', 'hangs', 'drops'],
  open: async (behaviour) => {
    const answer = { accepts: publishes, fails: refusesWith('Throttling', 'Rate exceeded'), hangs, drops }[behaviour]
    const { url: endpoint, calls, close } = await startSns(answer)
    const topic = 'arn:aws:sns:eu-west-1:123456789012:alerts'
    return {
      receiver: createSnsReceiver({ ...limits, topic, aws: { endpoint, credentials } }),
      received: async () =>
        calls().map((call) => ({ id: attributesIn(call).id ?? '', text: call.get('Message') ?? '' })),
      close,
    }
  },
})

/** A line of the shell for each behaviour; what it is told goes into `told`. */
const scripts: Record<Behaviour, string> = {
  accepts: 'cat >> told',
  fails: 'echo "the modem is busy" >&2; exit 75',
  hangs: 'cat >> told; sleep 600',
  drops: 'cat >> told; kill -9 $$',
}

describeReceiver('a command', {
  behaviours: ['accepts', 'fails', 'hangs', 'drops'],
  open: async (behaviour) => {
    const directory = await mkdtemp(join(tmpdir(), 'vitals-command-'))
    const program = join(directory, 'tell')
    await writeFile(program, `#!/bin/sh\ncd "$(dirname "$0")"\n${scripts[behaviour]}\n`)
    await chmod(program, 0o755)
    const env = { PATH: '/usr/bin:/bin' }
    return {
      receiver: createCommandReceiver({ ...limits, command: [program], env }),
      received: async () => {
        const told = await readFile(join(directory, 'told'), 'utf8').catch(() => '')
        const lines = told.split('\n').filter((line) => line !== '')
        return lines.map((text) => ({ id: (JSON.parse(text) as { id: string }).id, text }))
      },
      close: () => rm(directory, { recursive: true }),
    }
  },
})
