import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { node, packagesState } from '../../../scripts/packages.mjs'

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))

test('everything runs on the Node that package.json names', () => {
  const wanted = manifest.devDependencies.node
  expect(wanted).toBe('24.21.0')
  expect(execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()).toBe(`v${wanted}`)
  expect(process.version).toBe(`v${wanted}`)
})

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitals-packages-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const wanted = {
  '': {},
  'node_modules/a': { version: '1.0.0' },
  'node_modules/b': { version: '2.0.0', optional: true },
}

function layOut({ installed, withNode = true }: { installed?: object; withNode?: boolean }) {
  mkdirSync(join(directory, 'node_modules', '.bin'), { recursive: true })
  writeFileSync(join(directory, 'package-lock.json'), JSON.stringify({ packages: wanted }))
  const record = join(directory, 'node_modules', '.package-lock.json')
  if (installed) writeFileSync(record, JSON.stringify({ packages: installed }))
  if (withNode) writeFileSync(join(directory, 'node_modules', '.bin', 'node'), '')
}

test.each([
  [
    'current',
    'all is there',
    { installed: { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' } } },
  ],
  [
    'current',
    'only another platform’s package is not there',
    { installed: { 'node_modules/a': { version: '1.0.0' } } },
  ],
  ['outdated', 'a version differs', { installed: { 'node_modules/a': { version: '0.9.0' } } }],
  ['outdated', 'a package is not there', { installed: {} }],
  ['missing', 'npm never finished', {}],
  ['missing', 'install scripts were forbidden, so that there is no Node', { installed: wanted, withNode: false }],
] as const)('packages are %s when %s', (state, _, given) => {
  layOut(given)
  expect(packagesState(directory)).toBe(state)
})
