import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readLinkKey } from '../../../cli/link-key.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitals-key-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

test('is made once, for its owner only, and stays the same', () => {
  const made = readLinkKey(join(directory, 'data'))
  expect(made.secret).toHaveLength(32)
  expect(readLinkKey(join(directory, 'data'))).toEqual(made)
  expect(statSync(join(directory, 'data', 'link-key')).mode & 0o777).toBe(0o600)
  expect(readdirSync(join(directory, 'data'))).toEqual(['link-key'])
})

test('a damaged key is told, and never used', () => {
  writeFileSync(join(directory, 'link-key'), 'short')
  expect(() => readLinkKey(directory)).toThrow(/link-key: 5 bytes, expected 32/)
})

test('processes that make it at the same time end up with one', async () => {
  const module = new URL('../../../cli/link-key.ts', import.meta.url).href
  const script = `import { readLinkKey } from '${module}'; process.stdout.write(Buffer.from(readLinkKey(process.argv[1]).secret).toString('hex'))`
  const keys = await Promise.all(Array.from({ length: 6 }, () => outputOf(script)))
  expect(new Set(keys)).toEqual(new Set([readFileSync(join(directory, 'link-key')).toString('hex')]))
  expect(readdirSync(directory)).toEqual(['link-key'])
})

function outputOf(script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, directory])
    const parts: Buffer[] = []
    child.stdout.on('data', (part: Buffer) => parts.push(part))
    child.on('error', reject)
    child.on('close', () => resolve(Buffer.concat(parts).toString('utf8')))
  })
}
