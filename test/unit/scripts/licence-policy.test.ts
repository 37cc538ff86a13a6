import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expectShippable, isAllowed, licenceProblems } from '../../../scripts/licence-policy.ts'
import type { Lock } from '../../../scripts/lock.ts'

function lockWith(licence: string | undefined, more: object = {}): Lock {
  const license = licence === undefined ? {} : { license: licence }
  return {
    packages: {
      '': { dependencies: { sender: '1.0.0' } },
      'node_modules/sender': { version: '1.0.0', license: 'MIT', dependencies: { codec: '^2.0.0' } },
      'node_modules/sender/node_modules/codec': { version: '2.3.4', ...license, ...more },
    },
  }
}

test.each([
  ['MIT', []],
  ['(MIT OR GPL-3.0-only)', []],
  ['Apache-2.0 AND (ISC OR MPL-2.0)', []],
  ['GPL-3.0-only', ['GPL-3.0-only']],
  ['MIT AND GPL-3.0-only', ['MIT AND GPL-3.0-only']],
  ['SEE LICENSE IN README', ['SEE LICENSE IN README']],
  ['MPL-2.0', ['MPL-2.0']],
  [undefined, ['none']],
])('what is shipped under %s: problems %j', (licence, said) => {
  expect(licenceProblems(lockWith(licence))).toEqual(
    said.map(
      (one) =>
        `node_modules/sender/node_modules/codec 2.3.4 (sender > codec) has the licence ${one}: expected one that what is shipped may have (scripts/licence-policy.ts)`,
    ),
  )
})

test('tools may have licences that what is shipped may not, and not each', () => {
  expect(licenceProblems(lockWith('MPL-2.0', { dev: true }))).toEqual([])
  expect(licenceProblems(lockWith('AGPL-3.0-only', { dev: true }))).toHaveLength(1)
})

test('an exception to a licence is read by a person first', () => {
  expect(isAllowed('Apache-2.0 WITH LLVM-exception', ['Apache-2.0'])).toBe(false)
})

test('what a person has read counts for that text only: another is read again', () => {
  const fonts = (license: string): Lock => ({
    packages: { 'node_modules/dejavu-fonts-ttf': { version: '2.37.3', license } },
  })
  expect(licenceProblems(fonts('SEE LICENSE IN README.md AND LICENSE'))).toEqual([])
  expect(licenceProblems(fonts('SEE LICENSE IN LICENSE'))).toHaveLength(1)
})

test('what only tests import is let in by its name, as a tool, under the licence that was read', () => {
  const simulator = (more: object): Lock => ({
    packages: {
      'node_modules/@cloud-copilot/iam-simulate': { version: '1.0.0', license: 'AGPL-3.0-or-later', ...more },
    },
  })
  expect(licenceProblems(simulator({ dev: true }))).toEqual([])
  expect(licenceProblems(simulator({}))).toHaveLength(1)
  expect(licenceProblems(simulator({ dev: true, license: 'SSPL-1.0' }))).toHaveLength(1)
})

test('nothing but one file of the tests imports it', () => {
  const root = join(import.meta.dirname, '..', '..', '..')
  const folders = [
    'adapters',
    'agent',
    'bench',
    'cli',
    'core',
    'embedded',
    'functions',
    'infra',
    'library',
    'scripts',
    'test',
  ]
  const importing = folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((one) => join(folder, one)),
    )
    .filter((path) => /\.(?:[cm]?[jt]s)$/.test(path))
    .filter((path) => /(?:from|import\(|require\() ?'@cloud-copilot\//.test(readFileSync(join(root, path), 'utf8')))
  expect(importing).toEqual(['test/iam.ts'])
})

test('what only tools and tests may have can’t be shipped, whatever package.json calls it', () => {
  const held = (name: string, licence: string) => ({ directory: `node_modules/${name}`, name, licence })
  expect(() => expectShippable([held('valibot', 'MIT')])).not.toThrow()
  const tools = [held('valibot', 'MIT'), held('lightningcss', 'MPL-2.0'), held('simulator', 'AGPL-3.0-or-later')]
  expect(() => expectShippable(tools)).toThrow(
    /not that of\n {2}node_modules\/lightningcss \(MPL-2\.0\)\n {2}node_modules\/simulator \(AGPL-3\.0-or-later\)$/,
  )
})
