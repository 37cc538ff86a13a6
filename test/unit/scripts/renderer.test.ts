import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { copyRenderer, rendererPackages } from '../../../scripts/renderer.ts'

/** Not this machine's: its native code is not among the packages. */
const arch = process.arch === 'arm64' ? 'x64' : 'arm64'
const native = `@napi-rs/canvas-linux-${arch}-gnu`
const pinned = { version: '1.2.3', integrity: 'sha512-abc', os: ['linux'], cpu: [arch], optional: true }

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vitals-renderer-'))
  for (const name of rendererPackages) {
    mkdirSync(join(root, 'node_modules', name), { recursive: true })
    writeFileSync(join(root, 'node_modules', name, 'package.json'), manifest(name))
  }
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true })
})

function manifest(name: string): string {
  return JSON.stringify({ name, version: '1.2.3', license: 'MIT' })
}

function lock(packages: object): void {
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }))
}

/** What npm would do with a registry, and only that. */
function fakeNpm(script: string): void {
  const bin = join(root, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\n${script}\n`)
  chmodSync(join(bin, 'npm'), 0o755)
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`)
}

const copy = () => copyRenderer({ root, to: join(root, 'to'), arch })

describe('the renderer for another machine', () => {
  it('is what the lock file pins, by version and by hash, and of it the native code', async () => {
    lock({ [`node_modules/${native}`]: pinned, 'node_modules/another': { version: '9.9.9' } })
    const files = ['package.json', 'skia.node', 'README.md'].map((name) => `node_modules/${native}/${name}`)
    const [first] = files
    fakeNpm(`mkdir -p node_modules/${native} && touch ${files.join(' ')} && echo '${manifest(native)}' > ${first}`)
    const copied = await copy()
    expect(copied.map(({ directory }) => directory)).toEqual([
      ...rendererPackages.map((name) => `node_modules/${name}`),
      `.cache/renderer-${arch}/node_modules/${native}`,
    ])
    expect(readdirSync(join(root, 'to', native)).toSorted()).toEqual(['package.json', 'skia.node'])
    const asked = JSON.parse(readFileSync(join(root, '.cache', `renderer-${arch}`, 'package-lock.json'), 'utf8'))
    const dependencies = { [native]: '1.2.3' }
    expect(asked.packages).toEqual({ '': { dependencies }, [`node_modules/${native}`]: pinned })
  })

  it('is not guessed where the lock file has none', async () => {
    lock({ 'node_modules/@napi-rs/canvas': { version: '1.2.3' } })
    await expect(copy()).rejects.toThrow(
      `package-lock.json: no node_modules/${native}: expected the renderer of every platform (npm run lock)`,
    )
    expect(existsSync(join(root, '.cache'))).toBe(false)
  })

  it('is named when it could not be fetched, with what npm said', async () => {
    lock({ [`node_modules/${native}`]: pinned })
    fakeNpm('echo "npm error code EINTEGRITY" >&2; exit 1')
    await expect(copy()).rejects.toMatchObject({
      message: `npm ci of ${native} 1.2.3, the renderer for ${arch}: expected what package-lock.json pins from the registry`,
      cause: expect.objectContaining({ message: expect.stringContaining('EINTEGRITY') }),
    })
  })
})
