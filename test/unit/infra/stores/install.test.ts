import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findGo } from '../../../../infra/stores/go.ts'
import { ensureStore } from '../../../../infra/stores/install.ts'
import { pinnedStores } from '../../../../infra/stores/pins.ts'
import { fakeExecutable } from '../localstack/fake-executable.ts'

const { package: command, version, sum } = pinnedStores.versitygw

describe('a store that is built', () => {
  let directory: string
  let env: Record<string, string>
  let said: string[]

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vitals-test-'))
    said = []
    const go = await fakeExecutable(join(directory, 'bin', 'go'), join(import.meta.dirname, 'fake-go.mjs'))
    env = {
      PATH: dirname(go),
      VITALS_CACHE_DIR: join(directory, 'cache'),
      FAKE_LOG: join(directory, 'asked'),
      FAKE_SUM: sum,
    }
  })
  afterEach(() => rm(directory, { recursive: true }))

  const ensure = () => ensureStore('versitygw', { env, say: (text) => said.push(text) })
  const asked = () => readFileSync(join(directory, 'asked'), 'utf8').trimEnd().split('\n')
  const installed = () => readdirSync(join(directory, 'cache', 'vitals')).filter((name) => name.startsWith('versitygw'))

  it('is of its pinned version, from a source of its pinned hash, and is found the next time', async () => {
    const path = await ensure()
    expect(existsSync(path)).toBe(true)
    expect(path).toContain(version)
    expect(asked()).toEqual([
      expect.stringMatching(`^mod download -json .*@${version}$`),
      expect.stringMatching(`^install .* ${command}@${version}$`),
    ])
    expect(said[0]).toContain('one to three minutes')
    expect(await ensure()).toBe(path)
    expect(asked()).toHaveLength(2)
  })

  it('is not built of another source', async () => {
    env.FAKE_SUM = 'h1:another'
    await expect(ensure()).rejects.toThrow(`has the hash h1:another, expected ${sum}`)
    expect(asked()).toHaveLength(1)
    expect(installed()).toEqual([])
  })

  it('is not there when it could not be built, and why is said', async () => {
    env.FAKE_FAILS = 'yes'
    await expect(ensure()).rejects.toThrow(/requires go >= 1\.25\.0/)
    expect(installed()).toEqual([])
    delete env.FAKE_FAILS
    expect(existsSync(await ensure())).toBe(true)
  })

  it('needs Go, and what to install is said where there is none', async () => {
    await expect(findGo({ PATH: directory }, [join(directory, 'none')])).rejects.toThrow(
      /Go 1\.25 or newer.*Install it/,
    )
  })

  it('stands in docs/stores.md with its version', async () => {
    const docs = await readFile('docs/stores.md', 'utf8')
    for (const { title, version: pinned } of Object.values(pinnedStores)) {
      expect(docs).toContain(title)
      expect(docs).toContain(pinned)
    }
  })
})
