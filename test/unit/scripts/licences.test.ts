import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { agentBundle, buildBundle } from '../../../scripts/build-bundles.ts'
import { bundledPackages } from '../../../scripts/bundled-packages.ts'
import { licenceNotices } from '../../../scripts/licences.ts'
import { schemaProblems } from './cyclonedx-schema.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vitals-licences-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

function installPackage(directory: string, licence: string, files: Record<string, string>): void {
  const name = directory.slice(directory.lastIndexOf('node_modules/') + 'node_modules/'.length)
  write(`${directory}/package.json`, JSON.stringify({ name, version: '1.2.3', license: licence, main: 'index.js' }))
  write(`${directory}/index.js`, `exports.said = ${JSON.stringify(name)}; console.log(exports.said)`)
  for (const [file, text] of Object.entries(files)) write(`${directory}/${file}`, text)
}

/** Bundles a program with this text, and words the notices of what esbuild says it holds. */
async function noticesOfProgram(program: string, standardTexts: Record<string, string> = {}): Promise<string> {
  write('program.js', program)
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['program.js'],
    outfile: 'out.js',
    bundle: true,
    platform: 'node',
    metafile: true,
    logLevel: 'silent',
  })
  return licenceNotices({ packages: await bundledPackages(metafile.outputs, root), root, standardTexts })
}

test('names each package that the bundle holds with its version and all its texts, equal ones once', async () => {
  installPackage('node_modules/plain', 'MIT', { LICENSE: 'MIT, by Plain', 'NOTICE.txt': 'Plain was here' })
  installPackage('node_modules/@scope/one', 'ISC', { 'LICENCE.md': 'ISC, by One', 'license.js': 'not a licence' })
  installPackage('node_modules/plain/node_modules/inner', 'ISC', { COPYING: 'ISC, by One' })
  installPackage('node_modules/beside', 'MIT', { LICENSE: 'never bundled' })
  write('node_modules/plain/index.js', `require('inner')`)
  const notices = await noticesOfProgram(`require('plain'); require('@scope/one')`)
  expect(notices.split(/\n-+\n\n/)).toEqual([
    '@scope/one 1.2.3 (ISC)\ninner 1.2.3 (ISC)\n\nISC, by One\n',
    'plain 1.2.3 (MIT)\n\nMIT, by Plain\n\nPlain was here\n',
  ])
})

test('a bundled package without a licence text fails the build, and is named with its place', async () => {
  installPackage('node_modules/silent', 'MIT', { 'NOTICE.txt': 'a notice is no licence' })
  installPackage('node_modules/told', 'MIT', { LICENSE: 'MIT' })
  const asked = noticesOfProgram(`require('silent'); require('told')`, { 'Apache-2.0': 'the standard text' })
  await expect(asked).rejects.toThrow(
    /a LICENSE file in each bundled package.*none in\n {2}node_modules\/silent 1\.2\.3 \(MIT\)$/s,
  )
})

test('a licence whose text is the same for everybody stands for packages that bring none', async () => {
  installPackage('node_modules/bare', 'Apache-2.0', {})
  const notices = await noticesOfProgram(`require('bare')`, { 'Apache-2.0': 'the standard text' })
  expect(notices).toBe('bare 1.2.3 (Apache-2.0)\n\nthe standard text\n')
})

test('the agent names its notices, and they and its SBOM name what is in it; twice the same bytes come out', async () => {
  const first = await buildBundle(agentBundle, join(root, 'first'))
  const second = await buildBundle(agentBundle, join(root, 'second'))
  const [bundle = '', notices = '', sbom = ''] = first
  expect(readFileSync(bundle, 'utf8')).toMatch(
    /\n\/\/ Licences of the packages in this file: agent\.cjs\.LICENSES\.txt\n$/,
  )
  const text = readFileSync(notices, 'utf8')
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
  const isNamed = (name: string) => text.includes(`\n${name} ${dependencies[name]} (`)
  expect(['valibot', '@aws-sdk/client-s3'].filter(isNamed)).toHaveLength(2)
  expect(['chart.js', 'nodemailer', 'eta'].filter(isNamed)).toEqual([])
  const contents = readFileSync(sbom, 'utf8')
  expect(schemaProblems(contents)).toEqual([])
  const { components } = JSON.parse(contents) as { components: { group?: string; name: string; version: string }[] }
  const named = components.map(({ group, name, version }) => `${group ? `${group}/` : ''}${name} ${version}`)
  expect(named.filter((one) => !text.includes(`\n${one} (`))).toEqual([])
  expect(named).toHaveLength(text.match(/^\S+ \d\S* \([^)]+\)$/gm)?.length ?? 0)
  expect(second.map((path) => readFileSync(path, 'utf8'))).toEqual(first.map((path) => readFileSync(path, 'utf8')))
})
