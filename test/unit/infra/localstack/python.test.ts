import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findPython } from '../../../../infra/localstack/python.ts'
import { fakeExecutable } from './fake-executable.ts'

const fakePython = join(import.meta.dirname, 'fake-python.mjs')

describe('the Python that is found', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vitals-python-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  it.each<[string, { path?: Record<string, string>; pyenv?: string[] }, string | undefined]>([
    [
      'is the newest on the PATH',
      { path: { 'python3.12': '3.12', 'python3.13': '3.13', python3: '3.13' } },
      'python3.13',
    ],
    ['may be 3.12', { path: { 'python3.12': '3.12', python3: '3.11' } }, 'python3.12'],
    ['may be what python3 is', { path: { python3: '3.13' } }, 'python3'],
    ['is none that only claims to be one, as shims of pyenv do', { path: { 'python3.13': 'shim' } }, undefined],
    ['is none that is too old', { path: { python3: '3.11' } }, undefined],
    ['is none that is too new', { path: { python3: '3.14' } }, undefined],
    ['is none where there is none', {}, undefined],
    [
      "is pyenv's newest, where its shims answer with an error",
      { path: { 'python3.13': 'shim', python3: '3.11' }, pyenv: ['3.11.7', '3.12.1', '3.13.2', '3.13.10', '3.14.0'] },
      'pyenv/versions/3.13.10/bin/python3',
    ],
    ["may be pyenv's 3.12", { pyenv: ['3.12.1', '3.9.18'] }, 'pyenv/versions/3.12.1/bin/python3'],
  ])('%s', async (_, { path = {}, pyenv = [] }, expected) => {
    const bin = join(directory, 'bin')
    const pyenvRoot = join(directory, 'pyenv')
    for (const [name, version] of Object.entries(path)) await fakeExecutable(join(bin, name), fakePython, version)
    for (const version of pyenv) {
      const short = version.replace(/\.\d+$/, '')
      await fakeExecutable(join(pyenvRoot, 'versions', version, 'bin', 'python3'), fakePython, short)
    }
    const found = await findPython({ env: { PATH: bin }, pyenvRoot })
    expect(found?.path.replace(`${directory}/`, '')).toBe(expected)
  })
})
