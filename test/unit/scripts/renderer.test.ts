import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { copyRenderer, rendererPackages } from '../../../scripts/renderer.ts'

/** Not this machine's: its native code is not among the packages. */
const arch = process.arch === 'arm64' ? 'x64' : 'arm64'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vitals-renderer-'))
  for (const name of rendererPackages) mkdirSync(join(root, 'node_modules', name), { recursive: true })
})
afterEach(() => rmSync(root, { recursive: true }))

it('says what the lock file lacks for another machine, and fetches nothing that it does not pin', async () => {
  const packages = { 'node_modules/@napi-rs/canvas': { version: '1.1.1' } }
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }))
  await expect(copyRenderer({ root, to: join(root, 'to'), arch })).rejects.toThrow(
    `package-lock.json: no node_modules/@napi-rs/canvas-linux-${arch}-gnu: ` +
      'expected the renderer of every platform (npm run lock)',
  )
  expect(existsSync(join(root, '.cache'))).toBe(false)
})
