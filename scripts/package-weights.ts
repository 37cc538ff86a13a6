/** What a function's package weighs, and what of it does. */
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { deflateRaw } from 'node:zlib'
import type { Metafile } from 'esbuild'
import type { PackageSize } from './package-bounds.ts'

const deflate = promisify(deflateRaw)
const packagePath = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)/
const heaviest = 5

/**
 * Of all files below `directory`, as a zip has them: each deflated, with its header, its line in the index (4.3.7 and 4.3.12), and
 * one end (4.3.16). https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT `above`: the folders that the zip has around it.
 */
export async function packageSize(directory: string, above = ''): Promise<PackageSize> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const sizes = await Promise.all(
    files.map(async (path) => {
      const content = await readFile(path)
      const nameBytes = Buffer.byteLength(above + relative(directory, path))
      const zippedBytes = (await deflate(content)).byteLength + 30 + 46 + 2 * nameBytes
      return { zippedBytes, unzippedBytes: content.byteLength }
    }),
  )
  const end = { zippedBytes: 22, unzippedBytes: 0 }
  return sizes.reduce(
    (sum, one) => ({
      zippedBytes: sum.zippedBytes + one.zippedBytes,
      unzippedBytes: sum.unzippedBytes + one.unzippedBytes,
    }),
    end,
  )
}

/** Of a bundle, the packages and folders of our own that left most bytes in it, unzipped: `@aws-sdk 210,000 bytes, …` */
export function heaviestParts(inputs: Metafile['outputs'][string]['inputs']): string {
  const bytes = new Map<string, number>()
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const part = packagePath.exec(path)?.[1] ?? path.split('/').slice(0, 2).join('/')
    bytes.set(part, (bytes.get(part) ?? 0) + bytesInOutput)
  }
  const parts = [...bytes].toSorted(([, a], [, b]) => b - a).slice(0, heaviest)
  return parts.map(([part, size]) => `${part} ${size.toLocaleString('en')} bytes`).join(', ')
}
