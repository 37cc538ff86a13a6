import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { openDirectoryBucket } from '../../adapters/bucket/directory.ts'
import { describeBucketContract } from './bucket-contract.ts'
import { numberOfBody } from './directory/numbered-body.ts'

const folder = await mkdtemp(join(tmpdir(), 'vitals-bucket-'))
const open = (name: string) => openDirectoryBucket(join(folder, name))
afterAll(() => rm(folder, { recursive: true }))

describeBucketContract('a directory', {
  open: () => open('contract'),
  openElsewhere: ({ url }) => ({ module: new URL('../../adapters/bucket/open.ts', import.meta.url).href, url }),
})

describe('a directory whose writer is killed', () => {
  it('holds the old body or the new one, never half, and all that was answered', async () => {
    const bucket = await open('killed')
    const key = 'state/v1/all'
    let answered = 0
    for (let kill = 0; kill < 40; kill++) {
      const child = startWorker(new URL('./directory/put-worker.ts', import.meta.url), [
        bucket.url,
        key,
        String(answered + 1),
      ])
      await Promise.race([child.firstLine, child.ended])
      await delay(kill % 10)
      child.kill()
      const lines = (await child.ended).trim().split('\n')
      const last = Number(lines.at(-1))
      const held = await bucket.get(key)
      const found = held && numberOfBody(held.body)
      expect([last, last + 1]).toContain(found)
      answered = found ?? last
      expect(await bucket.list('')).toMatchObject({ objects: [{ key, sizeBytes: held?.body.byteLength }], more: false })
    }
    expect(answered).toBeGreaterThan(40)
  })

  it('is free for the next writer at once when the killed one was inside the critical section', async () => {
    const bucket = await open('locked')
    await bucket.put('k', Buffer.from('before'))
    const child = startWorker(new URL('./directory/lock-worker.ts', import.meta.url), [
      join(folder, 'locked', '.lock.sqlite'),
    ])
    await child.firstLine
    let isWritten = false
    const putting = bucket.put('k', Buffer.from('after')).then(() => {
      isWritten = true
    })
    await delay(100)
    expect(isWritten).toBe(false)
    child.kill()
    await putting
    expect(Buffer.from((await bucket.get('k'))?.body ?? []).toString()).toBe('after')
    expect(await readdir(join(folder, 'locked'))).toEqual(['.lock.sqlite', '.tmp', 'k'])
  })
})

function startWorker(file: URL, args: string[]) {
  const child = spawn(process.execPath, [fileURLToPath(file), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  return {
    firstLine: once(child.stdout, 'data'),
    /** All that it wrote, once its pipe is empty. */
    ended: once(child, 'close').then(() => output),
    kill: () => child.kill('SIGKILL'),
  }
}
