import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ensureInstalled } from '../../../../infra/localstack/install.ts'
import { fakeExecutable } from './fake-executable.ts'

const fakePython = join(import.meta.dirname, 'fake-python.mjs')
const sources = join(import.meta.dirname, '..', '..', '..', '..', 'infra', 'localstack')

interface Asked {
  asked: string
  index: string
  certificates: string
}

describe('LocalStack is installed', () => {
  let directory: string
  let said: string[]

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vitals-install-'))
    said = []
    await fakeExecutable(join(directory, 'bin', 'python3'), fakePython, '3.13')
  })
  afterEach(() => rm(directory, { recursive: true }))

  const install = (env: Record<string, string> = {}) =>
    ensureInstalled({
      env: {
        PATH: join(directory, 'bin'),
        PYENV_ROOT: join(directory, 'pyenv'),
        VITALS_CACHE_DIR: directory,
        FAKE_LOG: join(directory, 'asked'),
        ...env,
      },
      say: (text) => said.push(text),
    })

  function asked(): Asked[] {
    if (!existsSync(join(directory, 'asked'))) return []
    const lines = readFileSync(join(directory, 'asked'), 'utf8').trim().split('\n')
    return lines.map((line) => JSON.parse(line))
  }
  const times = (pattern: RegExp) => asked().filter((one) => pattern.test(one.asked)).length
  const localStack = /^uv pip install .*--require-hashes -r .*\/requirements\.lock$/

  it('by uv, each file held to its hash, outside of the sources; and is found the next time', async () => {
    const python = await install()
    expect(python).toMatch(new RegExp(`^${directory}/vitals/localstack-4.14.0-py3.13-[0-9a-f]{12}/bin/python$`))
    expect(times(/^python -m pip install .*--require-hashes -r .*\/uv-requirements\.lock$/)).toBe(1)
    expect(times(localStack)).toBe(1)
    expect(said.join('\n')).toMatch(
      /Installing LocalStack for Python 3\.13 into .*\nLocalStack is installed \([\d.]+ s\)/,
    )
    const before = asked().length
    expect(await install()).toBe(python)
    expect(asked()).toHaveLength(before)
  })

  it('once, by two at once', async () => {
    const [one, other] = await Promise.all([install(), install()])
    expect(one).toBe(other)
    expect(times(localStack)).toBe(1)
    expect(said.join('\n')).toContain('Waiting for another process')
  })

  it('anew when it was interrupted', async () => {
    const venv = dirname(dirname(await install()))
    await unlink(join(venv, 'complete'))
    await writeFile(join(venv, 'half'), '')
    await install()
    expect(await readdir(venv)).toEqual(['bin', 'complete'])
  })

  it('anew when its Python is gone', async () => {
    await unlink(await install())
    expect(existsSync(await install())).toBe(true)
    expect(times(localStack)).toBe(2)
  })

  it('by pip, each file held to its hash, when uv fails', async () => {
    await install({ FAKE_FAILS: '^uv pip install' })
    expect(said.join('\n')).toMatch(/no: uv pip install .*\nTrying pip/)
    expect(times(/^python -m pip install .*--require-hashes -r .*\/localstack\/requirements\.lock$/)).toBe(1)
  })

  it('from where pip takes its packages, by whose certificates it trusts', async () => {
    const settings = [":env:.cert='/certificates/env.pem'", "global.cert='/certificates/all.pem'"]
    await install({ FAKE_CONFIG: [...settings, "global.index-url='https://packages.example/simple'"].join('\n') })
    expect(asked().filter((one) => localStack.test(one.asked))).toMatchObject([
      { index: 'https://packages.example/simple', certificates: '/certificates/env.pem' },
    ])
  })

  it('not at all, with the reason, when pip fails as well; and is then no installation', async () => {
    const fails = { FAKE_FAILS: 'pip install .*/requirements.lock' }
    await expect(install(fails)).rejects.toThrow(/python -m pip install .* failed: no: python -m pip install/)
    await install()
    expect(times(localStack)).toBe(2)
  })

  it('for a Python that uv fetches, when there is no other', async () => {
    await fakeExecutable(join(directory, 'bin', 'python3'), fakePython, '3.9')
    expect(await install()).toContain('localstack-4.14.0-py3.13-')
    expect(times(/^uv python install --quiet 3\.13$/)).toBe(1)
    expect(times(localStack)).toBe(1)
  })

  it.each([
    ['there is no Python at all', { PATH: '/nowhere' }, 'there is no python3 that can make a venv'],
    ['none can be fetched', { FAKE_FAILS: '^uv python install' }, 'no: uv python install'],
  ])('not, and what to install is said, when %s', async (_, env, reason) => {
    await fakeExecutable(join(directory, 'bin', 'python3'), fakePython, '3.9')
    const error = await install(env).catch((thrown: Error) => thrown)
    expect(String(error)).toContain('LocalStack needs Python 3.12 or 3.13 with venv')
    expect(String(error)).toContain('apt-get install python3.13 python3.13-venv')
    expect(String(error)).toContain(reason)
  })

  it('from lock files that name no registry, and have a hash for each package', () => {
    for (const name of ['requirements.lock', 'uv-requirements.lock']) {
      const lock = readFileSync(join(sources, name), 'utf8')
      expect(lock).not.toMatch(/^[^#\n]*(?::\/\/|index-url|find-links)/m)
      const entries = lock.split(/\n(?=[a-z])/).filter((entry) => /^[a-z]/.test(entry))
      expect(entries.filter((entry) => !/^\S+==\S+.* \\\n {4}--hash=sha256:[0-9a-f]{64}/.test(entry))).toEqual([])
    }
  })
})
