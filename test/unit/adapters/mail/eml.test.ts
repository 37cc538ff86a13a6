import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEmlSender } from '../../../../adapters/mail/eml.ts'
import { addresses, makeMail } from '../../../contract/mail-contract.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vitals-eml-'))
})
afterAll(() => rm(root, { recursive: true }))

const { signal } = new AbortController()

describe('mails as files', () => {
  it('are named after the notice, whole, and say where they are', async () => {
    const directory = join(root, 'a', 'mail')
    const sender = createEmlSender({ directory, ...addresses })
    const { where } = await sender.send(makeMail(), { signal })
    expect(where).toBe(join(directory, '3f9a1c07be42-default-firing.eml'))
    expect(await readdir(directory)).toEqual([basename(where)])
    const message = await readFile(where, 'utf8')
    expect(message.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect([sender.reachesSomebody, sender.destination]).toEqual([false, directory])
  })

  it('replace their first copy when a notice is sent again', async () => {
    const directory = join(root, 'b')
    const sender = createEmlSender({ directory, ...addresses })
    const first = await sender.send(makeMail(), { signal })
    const second = await sender.send(makeMail({ text: 'again' }), { signal })
    expect(second.where).toBe(first.where)
    expect(await readFile(second.where, 'utf8')).toContain('again')
    expect(await readdir(directory)).toHaveLength(1)
  })

  it.each(['../../../x', '..', '/etc/passwd', 'a/b', 'a\0b', 'CON:', '-rf', '.hidden', ''])(
    'stay in their directory and stay apart, whatever the id: %j',
    async (id) => {
      const directory = join(root, 'c')
      const sender = createEmlSender({ directory, ...addresses })
      const { where } = await sender.send(makeMail({ id }), { signal })
      const other = await sender.send(makeMail({ id: `${id}/` }), { signal })
      expect(dirname(where)).toBe(directory)
      expect(basename(where)).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*\.eml$/)
      expect(other.where).not.toBe(where)
    },
  )

  it('fail with their path when they can not be written', async () => {
    const file = join(root, 'file')
    await writeFile(file, '')
    const sender = createEmlSender({ directory: join(file, 'mail'), ...addresses })
    await expect(sender.send(makeMail(), { signal })).rejects.toMatchObject({
      name: 'MailError',
      effect: 'none',
      message: expect.stringContaining(join(file, 'mail', '3f9a1c07be42-default-firing.eml')),
    })
  })
})
