import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCommandReceiver } from '../../../../adapters/receivers/command.ts'
import { hostileNames, hostileNotice, makeMessage } from '../../../contract/message.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-command-'))
})
afterEach(() => rm(directory, { recursive: true }))

const path = (name: string) => join(directory, name)

async function receiver(script: string, words: readonly string[] = []) {
  await writeFile(path('tell'), `#!/bin/sh\ncd '${directory}'\n${script}\n`)
  await chmod(path('tell'), 0o755)
  return open([path('tell'), ...words])
}

function open(command: readonly string[]) {
  const limits = { name: 'script', deadlineMs: 30_000, capPerHour: 60 }
  return createCommandReceiver({ ...limits, command, env: { PATH: '/usr/bin:/bin', LANG: 'C' } })
}

const send = async (
  script: string,
  { words = [] as string[], message = makeMessage(), signal = AbortSignal.timeout(20_000) } = {},
) => (await receiver(script, words)).send(message, { signal })

describe('a command', () => {
  it('is run with its arguments as they are, and with none of our secrets', async () => {
    process.env.VITALS_TEST_SECRET = 'hunter2'
    await send('cat > told; printf "%s\\n" "$@" > words; env > env; pwd > pwd', { words: ['$(reboot)', 'a b', '*'] })
    delete process.env.VITALS_TEST_SECRET
    expect(await readFile(path('words'), 'utf8')).toBe('$(reboot)\na b\n*\n')
    const env = await readFile(path('env'), 'utf8')
    expect(env).toContain('LANG=C')
    expect(env).not.toMatch(/hunter2|VITALS|MONITOR|AWS/)
    expect(JSON.parse(await readFile(path('told'), 'utf8'))).toMatchObject({ version: 1, notices: [{ host: 'web-1' }] })
  })

  it.each(hostileNames)('reads the name %j on its standard input, where it is data', async (name) => {
    await send('cat > told', { message: makeMessage({ notices: [hostileNotice(name)] }) })
    expect(JSON.parse(await readFile(path('told'), 'utf8')).notices[0].host).toBe(name)
  })

  it('may end without reading what it is told', async () => {
    const notices = [hostileNotice('x'.repeat(200_000))]
    await expect(send('exit 0', { message: makeMessage({ notices }) })).resolves.toMatchObject({ where: path('tell') })
  })

  it.each([
    ['exit 75', { effect: 'none', retry: 'later' }],
    ['exit 64', { effect: 'none', retry: 'never' }],
    ['exit 78', { effect: 'none', retry: 'never' }],
    ['exit 1', { effect: 'unknown', retry: 'later' }],
    ['exit 127', { effect: 'unknown', retry: 'later' }],
    ['kill -9 $$', { effect: 'unknown', retry: 'later' }],
  ])('that ends by %j is told from one that ends otherwise', async (script, expected) => {
    await expect(send(script)).rejects.toMatchObject(expected)
  })

  it('says in its failure what it wrote on its standard error, in one line', async () => {
    await expect(send('printf "no modem\\n\\033[31mat all" >&2; exit 75')).rejects.toThrow(
      `${path('tell')} ended with 75: no modem \ufffd[31mat all`,
    )
  })

  it('that is not there has told nobody', async () => {
    const sending = open([path('nothing')]).send(makeMessage(), { signal: AbortSignal.timeout(5_000) })
    await expect(sending).rejects.toMatchObject({ effect: 'none', retry: 'later' })
  })

  it('goes at its deadline with all that it started', async () => {
    const signal = AbortSignal.timeout(1_000)
    await expect(send('sleep 600 & echo $! > pid; wait', { signal })).rejects.toMatchObject({ effect: 'unknown' })
    const pid = Number(await readFile(path('pid'), 'utf8'))
    await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false)
  })

  it('does not wait for what it leaves running', async () => {
    await send('(sleep 3; echo >&2) & echo $! > pid; exit 0', { signal: AbortSignal.timeout(2_000) })
    expect(isAlive(Number(await readFile(path('pid'), 'utf8')))).toBe(true)
  })
})

/** A zombie that nobody has waited for is gone as well. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readStatus(pid))
  } catch {
    return false
  }
}

function readStatus(pid: number): string {
  return readFileSync(`/proc/${pid}/status`, 'utf8')
}
