/** What waits on this host: how much, since when, and whether it can be read. Nothing is changed, and no lock is taken. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { asideFolder } from '../../agent/spool/directory-storage.ts'
import { gapsName, parseBatchName, parseSegmentName, type SpooledBatch } from '../../agent/spool/names.ts'
import { sha16 } from '../../core/codec.ts'
import { formatBytes, formatDuration } from '../../core/view/format.ts'
import { amiss, type Check, type CheckContext, type Result, reasonOf, well } from './check.ts'

export const spoolCheck: Check = { title: 'spool', deadlineMs: 10_000, run: async (context) => lookAt(context) }

/** Longer than any interval and a few retries. */
const longMs = 3_600_000
/** Of a large spool the oldest: what is broken there stands in the way first. */
const verifiedFiles = 64

function lookAt({ settings: { dataDir, spoolMaxBytes }, clock }: CheckContext): Result[] {
  const path = join(dataDir, 'spool')
  const user = ownerOf(dataDir)
  let names: string[]
  try {
    names = readdirSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [well('waiting', 'nothing: there is no spool yet')]
    return [amiss('waiting', 'spool-unreadable', reasonOf(error), { user })]
  }
  const files = names.flatMap((name) => fileIn(path, name) ?? [])
  const batches = files
    .flatMap(({ name, sizeBytes }) => parseBatchName(name, sizeBytes) ?? [])
    .toSorted((a, b) => a.fromMs - b.fromMs)
  const bytes = batches.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return [
    waiting(batches, { bytes, maxBytes: spoolMaxBytes, nowMs: clock.now() }),
    contents(batches.slice(0, verifiedFiles), { path, user }),
    ...aside(path),
    ...foreign(files, path),
  ]
}

function fileIn(path: string, name: string): { name: string; sizeBytes: number } | undefined {
  // The agent may have sent it meanwhile.
  const stat = lstatSync(join(path, name), { throwIfNoEntry: false })
  return stat?.isFile() ? { name, sizeBytes: stat.size } : undefined
}

function waiting(
  batches: readonly SpooledBatch[],
  { bytes, maxBytes, nowMs }: { bytes: number; maxBytes: number; nowMs: number },
): Result {
  const [oldest] = batches
  if (!oldest) return well('waiting', 'nothing')
  const waitedMs = Math.max(0, nowMs - oldest.toMs)
  const words = `${batches.length} batches, ${formatBytes(bytes)} of ${formatBytes(maxBytes)}, the oldest for ${formatDuration(waitedMs)}`
  return waitedMs > longMs ? amiss('waiting', 'spool-waits', words) : well('waiting', words)
}

function contents(batches: readonly SpooledBatch[], { path, user }: { path: string; user: string }): Result {
  const damaged: string[] = []
  for (const { name, sha16: expected } of batches) {
    try {
      if (sha16(readFileSync(join(path, name))) !== expected) damaged.push(name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue
      return amiss('contents', 'spool-unreadable', reasonOf(error), { user })
    }
  }
  if (damaged.length === 0) return well('contents', `${batches.length} batches read, none damaged`)
  const words = `${damaged.length} of ${batches.length} batches are not what their names say: ${damaged[0]}`
  return amiss('contents', 'spool-damaged', words, { path: join(path, asideFolder) })
}

function aside(path: string): Result[] {
  const folder = join(path, asideFolder)
  try {
    const files = readdirSync(folder).flatMap((name) => fileIn(folder, name) ?? [])
    if (files.length === 0) return []
    const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    const words = `${files.length} files, ${formatBytes(bytes)}, in ${folder}`
    return [amiss('put aside', 'spool-damaged', words, { path: folder })]
  } catch {
    return []
  }
}

function foreign(files: readonly { name: string; sizeBytes: number }[], path: string): Result[] {
  const isOurs = ({ name, sizeBytes }: { name: string; sizeBytes: number }) =>
    name.startsWith('.') ||
    name === gapsName ||
    name.endsWith('.draft') ||
    parseBatchName(name, sizeBytes) !== undefined ||
    parseSegmentName(name) !== undefined
  const [first, ...others] = files.filter((file) => !isOurs(file))
  if (!first) return []
  const words = `${first.name}${others.length > 0 ? ` and ${others.length} more` : ''}`
  return [amiss('foreign files', 'spool-foreign', words, { path })]
}

/** By name where it can be told. */
function ownerOf(path: string): string {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (!stat || stat.uid === process.getuid?.()) return userInfo().username
  return `#${stat.uid}`
}
