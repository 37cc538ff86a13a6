import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, fsyncSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDirectoryStorage } from '../../../../agent/spool/directory-storage.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitals-spool-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const text = (body: Uint8Array) => Buffer.from(body).toString()

describe('the spool in a directory', () => {
  it('writes, replaces, appends, reads, lists and removes', async () => {
    const storage = openDirectoryStorage(join(directory, 'not', 'there', 'yet'))
    await storage.write('a', Buffer.from('one'))
    await storage.write('a', Buffer.from('two!'))
    await storage.append('b', Buffer.from('x\n'))
    await storage.append('b', Buffer.from('y\n'))
    expect(text(await storage.read('a'))).toBe('two!')
    expect(text(await storage.read('b'))).toBe('x\ny\n')
    expect((await storage.list()).sort((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: 'a', sizeBytes: 4 },
      { name: 'b', sizeBytes: 4 },
    ])
    await storage.remove('a')
    await storage.remove('a')
    expect((await storage.list()).map(({ name }) => name)).toEqual(['b'])
    storage.close()
  })

  it.each([
    ['snapshot', { append: 2, again: 1, write: 2, remove: 1 }],
    ['batch', { append: 0, again: 0, write: 2, remove: 0 }],
    ['never', { append: 0, again: 0, write: 0, remove: 0 }],
  ] as const)(
    'asks the disk to keep what it must by the policy "%s": a file, and its entry',
    async (fsync, expected) => {
      let asked = 0
      const sync = (descriptor: number) => {
        asked += 1
        fsyncSync(descriptor)
      }
      const storage = openDirectoryStorage(directory, { fsync, sync })
      const askedBy = async (act: () => Promise<void>) => {
        asked = 0
        await act()
        return asked
      }
      const line = Buffer.from('x\n')
      expect({
        append: await askedBy(() => storage.append('open', line)),
        again: await askedBy(() => storage.append('open', line)),
        write: await askedBy(() => storage.write('batch', line)),
        remove: await askedBy(() => storage.remove('open')),
      }).toEqual(expected)
      storage.close()
    },
  )

  it('overwrites nothing that was put aside before', async () => {
    const storage = openDirectoryStorage(directory)
    for (const content of ['first', 'second', 'third']) {
      await storage.write('gaps.json', Buffer.from(content))
      await storage.moveAside('gaps.json')
    }
    const aside = join(directory, 'damaged')
    expect(
      readdirSync(aside)
        .sort()
        .map((name) => readFileSync(join(aside, name), 'utf8')),
    ).toEqual(['first', 'second', 'third'])
    expect(await storage.list()).toEqual([])
    storage.close()
  })

  it('removes the drafts of a process that died in a write', () => {
    writeFileSync(join(directory, 'batch-1.draft'), 'half')
    openDirectoryStorage(directory).close()
    expect(existsSync(join(directory, 'batch-1.draft'))).toBe(false)
  })

  it('refuses a second agent in the same process, and tells what to do', () => {
    const storage = openDirectoryStorage(directory)
    expect(() => openDirectoryStorage(directory)).toThrow(
      `spool ${directory}: another agent is using it. Stop that one, or set MONITOR_DATA_DIR to a directory of its own`,
    )
    storage.close()
    openDirectoryStorage(directory).close()
  })

  it('refuses while another process has it, and not after that was killed', async () => {
    const holder = spawn(process.execPath, [join(import.meta.dirname, 'lock-holder.ts'), directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(holder.stdout, 'data')
    expect(() => openDirectoryStorage(directory)).toThrow('another agent is using it')
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    openDirectoryStorage(directory).close()
  })

  it('does not call a damaged lock another agent', () => {
    writeFileSync(join(directory, '.lock.sqlite'), 'this is no database, and long enough to be seen as none'.repeat(40))
    expect(() => openDirectoryStorage(directory)).toThrow(/its lock can not be taken: file is not a database/)
  })
})
