import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { heaviestParts, packageSize } from '../../../scripts/package-weights.ts'

const directory = mkdtempSync(join(tmpdir(), 'vitals-weights-'))
afterAll(() => rmSync(directory, { recursive: true }))

it('a package weighs its files, deflated with their names, as a zip has them', async () => {
  mkdirSync(join(directory, 'node_modules', 'a'), { recursive: true })
  writeFileSync(join(directory, 'index.mjs'), 'x'.repeat(10_000))
  writeFileSync(join(directory, 'node_modules', 'a', 'index.js'), 'y'.repeat(500))
  const { zippedBytes, unzippedBytes } = await packageSize(directory)
  expect(unzippedBytes).toBe(10_500)
  expect(zippedBytes).toBeGreaterThan(22 + 2 * 76 + 2 * 'index.mjsnode_modules/a/index.js'.length)
  expect(zippedBytes).toBeLessThan(400)
})

it('what weighs most in a bundle is told by package, and by folder where it is our own', () => {
  const inputs = {
    'node_modules/@aws-sdk/client-s3/a.js': { bytesInOutput: 700 },
    'node_modules/@aws-sdk/client-s3/node_modules/tiny/b.js': { bytesInOutput: 20 },
    'node_modules/@aws-sdk/client-s3/c.js': { bytesInOutput: 400 },
    'functions/evaluate/evaluate.ts': { bytesInOutput: 90 },
    'functions/evaluate/inbox.ts': { bytesInOutput: 10 },
  }
  expect(heaviestParts(inputs)).toBe('@aws-sdk/client-s3 1,100 bytes, functions/evaluate 100 bytes, tiny 20 bytes')
})
