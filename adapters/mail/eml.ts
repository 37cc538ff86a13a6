/** Mails as files, for a machine without a mail server: complete messages that any mail reader opens. Nobody is told. */
import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Addresses, buildMessage, safeName } from './message.ts'
import { type Mail, MailError, type MailSender } from './port.ts'

export interface EmlSenderOptions extends Addresses {
  /** Made when the first mail comes. */
  directory: string
}

/** `where` is the file's path. The same mail again replaces its file. */
export function createEmlSender({ directory, from, to }: EmlSenderOptions): MailSender {
  return {
    reachesSomebody: false,
    destination: directory,
    send: async (mail: Mail, { signal }) => {
      const path = join(directory, `${safeName(mail.id)}.eml`)
      try {
        signal.throwIfAborted()
        const { bytes, messageId } = await buildMessage(mail, { from, to })
        await mkdir(directory, { recursive: true })
        await writeWhole(path, bytes)
        return { messageId, where: path }
      } catch (cause) {
        // A file that isn't there tells nobody, and one that is will be replaced.
        throw new MailError(`write ${path}: ${(cause as Error).message}`, { effect: 'none', cause })
      }
    },
  }
}

/** The old file or the new one, never a part. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
