import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmlSender } from '../../adapters/mail/eml.ts'
import { addresses, describeMailSender, describeMessageIds } from './mail-contract.ts'

const open = async () => {
  const root = await mkdtemp(join(tmpdir(), 'vitals-mail-'))
  const directory = join(root, 'logs', 'mail')
  return {
    sender: createEmlSender({ directory, ...addresses }),
    received: async () => {
      const names = await readdir(directory).catch(() => [])
      return await Promise.all(names.sort().map((name) => readFile(join(directory, name))))
    },
    close: () => rm(root, { recursive: true }),
  }
}

describeMailSender('mail as files', open)
describeMessageIds('Message-IDs of mail as files', open)
