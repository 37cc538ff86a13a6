/** Where tests run: on a directory of this machine, or on a LocalStack, whose S3 and SES they use. */
import { access, constants, mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { systemRandom } from '../../adapters/clock/system.ts'
import { createEmlSender } from '../../adapters/mail/eml.ts'
import { type Addresses, buildMessage } from '../../adapters/mail/message.ts'
import type { MailSender } from '../../adapters/mail/port.ts'
import { UsageError } from '../errors.ts'

export interface TestPlace {
  /** For people: `a directory`, `LocalStack at http://127.0.0.1:4566`. */
  words: string
  /** A bucket of one test, `name`, and a directory for what else it needs. */
  ofTest(name: string): { bucketUrl: string; directory: string }
  sender(addresses: Addresses): Promise<MailSender>
  /** Nothing of the tests is left. */
  close(): Promise<void>
}

export interface PlaceOptions {
  /** A LocalStack is started, unless `endpoint` names one. */
  localstack: boolean
  endpoint?: string
  env: Readonly<Record<string, string | undefined>>
  /** Sender of mails. */
  mailFrom: string
  say(text: string): void
}

export async function openPlace(options: PlaceOptions): Promise<TestPlace> {
  const directory = await mkdtemp(join(await quickDirectory(), 'vitals-test-'))
  const clear = () => rm(directory, { recursive: true, force: true })
  const ofTest = (name: string) => ({ directory: join(directory, name) })
  try {
    if (options.localstack || options.endpoint !== undefined) {
      const cloud = await openLocalStack(options, directory)
      return {
        ...cloud,
        ofTest: (name) => ({ ...ofTest(name), bucketUrl: `${cloud.bucketUrl}/${name}` }),
        close: () => cloud.close().finally(clear),
      }
    }
  } catch (error) {
    await clear()
    throw error
  }
  return {
    words: 'a directory',
    ofTest: (name) => ({ ...ofTest(name), bucketUrl: pathToFileURL(join(directory, name, 'bucket')).href }),
    sender: async (addresses) => buildingSender(addresses),
    close: clear,
  }
}

const inMemory = '/dev/shm'
/** The longest test of many hosts needs a tenth of it. */
const roomBytes = 1024 ** 3

/** A bucket asks the disk to keep each object: where the disk is memory, tests take a third of the time. */
async function quickDirectory(): Promise<string> {
  try {
    await access(inMemory, constants.W_OK)
    const { bavail, bsize } = await statfs(inMemory)
    return bavail * bsize > roomBytes ? inMemory : tmpdir()
  } catch {
    return tmpdir()
  }
}

/** Loaded here: who tests on a directory needs none of it. */
async function openLocalStack({ endpoint, env, mailFrom, say }: PlaceOptions, directory: string) {
  const { openScratch } = await import('../../infra/localstack/scratch.ts')
  const { url, stop } =
    endpoint === undefined ? await start({ env, say, directory }) : { url: endpoint, stop: async () => {} }
  try {
    const scratch = await openScratch({ url, name: `vitals-test-${systemRandom.hex(6)}`, sender: mailFrom })
    return {
      words: `LocalStack at ${url}`,
      bucketUrl: scratch.bucketUrl,
      sender: scratch.mailSender,
      close: () => scratch.remove().finally(stop),
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start({ env, say, directory }: Pick<PlaceOptions, 'env' | 'say'> & { directory: string }) {
  const { ensureInstalled, isInstallable } = await import('../../infra/localstack/install.ts')
  if (!isInstallable()) {
    throw new UsageError(
      '--localstack: only the sources of Vitals bring LocalStack along: name one that runs, --endpoint URL',
    )
  }
  const { startLocalStack } = await import('../../infra/localstack/start.ts')
  const { scratchServices } = await import('../../infra/localstack/scratch.ts')
  const python = await ensureInstalled({ env, say })
  say('Starting LocalStack …')
  return await startLocalStack({ python, logPath: join(directory, 'localstack.log'), needed: scratchServices })
}

/** Each mail is built as if it went out, and goes nowhere. */
function buildingSender(addresses: Addresses): MailSender {
  return {
    reachesSomebody: false,
    destination: 'nowhere',
    send: async (mail) => ({ messageId: (await buildMessage(mail, addresses)).messageId, where: 'nowhere' }),
  }
}

/** Mails that are sent, and lie in `directory` besides. */
export function keepingSender(
  sender: MailSender,
  { directory, ...addresses }: Addresses & { directory: string },
): MailSender {
  const files = createEmlSender({ directory, ...addresses })
  return {
    ...sender,
    send: async (mail, options) => {
      await files.send(mail, options)
      return await sender.send(mail, options)
    },
  }
}
