/** The key that signs links, made once and kept beside the spool; never in the bucket, which holds what it opens. */
import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LinkKey } from '../core/link.ts'

const secretBytes = 32

/** Of two processes that make it at once both end up with the first one's. */
export function readLinkKey(dataDir: string): LinkKey {
  const path = join(dataDir, 'link-key')
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const secret = readIfThere(path) ?? makeKey(path)
  if (secret.byteLength !== secretBytes) {
    throw new Error(`${path}: ${secret.byteLength} bytes, expected ${secretBytes}: delete it, and old links end`)
  }
  return { id: 'local', secret }
}

function makeKey(path: string): Uint8Array {
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, randomBytes(secretBytes), { mode: 0o600, flush: true })
  try {
    linkSync(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
  return readFileSync(path)
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
