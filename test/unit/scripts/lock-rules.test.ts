import { expect, test } from 'vitest'
import type { Lock } from '../../../scripts/lock.ts'
import { lockProblems } from '../../../scripts/lock-rules.ts'

const integrity = 'sha512-abc'
const manifest = {
  dependencies: { a: '1.0.0' },
  devDependencies: { tool: 'npm:other@2.0.0' },
  allowScripts: { b: false },
}
const packages: Lock['packages'] = {
  '': { dependencies: manifest.dependencies, devDependencies: manifest.devDependencies },
  'node_modules/a': { version: '1.0.0', integrity, dependencies: { b: '^2.0.0' } },
  'node_modules/a/node_modules/b': { version: '2.1.0', integrity, hasInstallScript: true },
  'node_modules/tool': { name: 'other', version: '2.0.0', integrity },
}

test('a lock file is well when it has each package with its hash, and says what package.json says', () => {
  expect(lockProblems({ manifest, lock: { packages } })).toEqual([])
})

test.each([
  [
    'a package without a hash',
    { 'node_modules/a/node_modules/b': { version: '2.1.0' } },
    'node_modules/a/node_modules/b has the hash none: expected sha512, or whatever a registry sends is installed (npm run lock)',
  ],
  [
    'a weaker hash',
    { 'node_modules/tool': { name: 'other', version: '2.0.0', integrity: 'sha1-abc' } },
    'node_modules/tool has the hash sha1-abc: expected sha512, or whatever a registry sends is installed (npm run lock)',
  ],
  [
    'the address of a registry',
    { 'node_modules/tool': { version: '2.0.0', integrity, resolved: 'https://registry.example/tool-2.0.0.tgz' } },
    'node_modules/tool has the address https://registry.example/tool-2.0.0.tgz: expected none, each machine has its own registry (npm run lock)',
  ],
  [
    'another version than package.json',
    { '': { dependencies: { a: '1.1.0' }, devDependencies: manifest.devDependencies } },
    'package.json has a 1.0.0 among its dependencies, package-lock.json 1.1.0: expected the same (npm install, then npm run lock)',
  ],
  [
    'a package that package.json no longer has',
    { '': { dependencies: { a: '1.0.0', gone: '3.0.0' }, devDependencies: manifest.devDependencies } },
    'package.json has gone not among its dependencies, package-lock.json 3.0.0: expected the same (npm install, then npm run lock)',
  ],
  [
    'a program that nobody judged',
    { 'node_modules/tool': { name: 'other', version: '2.0.0', integrity, hasInstallScript: true } },
    'node_modules/tool wants to run a program when it is installed: expected other in allowScripts of package.json, true or false',
  ],
  [
    'an optional package of another platform left out',
    {
      'node_modules/tool': {
        name: 'other',
        version: '2.0.0',
        integrity,
        optionalDependencies: { 'tool-darwin': '2.0.0' },
      },
    },
    'node_modules/tool asks for tool-darwin, which package-lock.json does not have: npm ci refuses that elsewhere (npm run lock)',
  ],
])('%s is told with its place', (_, changed, problem) => {
  expect(lockProblems({ manifest, lock: { packages: { ...packages, ...changed } } })).toEqual([problem])
})

test('package.json names versions, and no ranges', () => {
  const dependencies = { a: '^1.0.0' }
  const lock = { packages: { ...packages, '': { ...packages[''], dependencies } } }
  expect(lockProblems({ manifest: { ...manifest, dependencies }, lock })).toEqual([
    'package.json has a ^1.0.0 among its dependencies: expected one version, not a range',
  ])
})
