/** What must be known of the kernel before processes are read; looked up once. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import type { FileReader } from './read-file.ts'
import type { Roots } from './roots.ts'

export interface KernelLimits {
  pageBytes: number
  /** Files that may be kept open: a quarter of what the agent may have, which needs files for itself too. */
  maxKeptFiles: number
  /** Linux 6.2 and newer give the number of open files as the size of /proc/PID/fd: a seventh of the cost of listing it. */
  fdCountIsSize: boolean
}

const usualPageBytes = 4_096
const usualOpenFiles = 1_024
const mostKeptFiles = 4_096

export function readKernelLimits({ files, roots }: { files: FileReader; roots: Roots }): KernelLimits {
  const limitsText = orUndefined(() => files.text(`${roots.proc}/self/limits`)) ?? ''
  const openFiles = Number(/^Max open files\s+(\d+)/m.exec(limitsText)?.[1] ?? usualOpenFiles)
  return {
    pageBytes: readPageBytes(roots),
    maxKeptFiles: Math.min(mostKeptFiles, Math.floor(openFiles / 4)),
    fdCountIsSize: orUndefined(() => isFdCount(`${roots.proc}/self/fd`)) ?? false,
  }
}

/** 4 KiB nearly everywhere; 16 or 64 on some arm64 and POWER. */
export function readPageBytes(roots: Roots): number {
  return orUndefined(() => pageBytes(readFileSync(`${roots.proc}/self/auxv`))) ?? usualPageBytes
}

/** AT_PAGESZ in the auxiliary vector: pairs of 64-bit words, type and value. Where they are big-endian none fits. */
function pageBytes(auxv: Buffer): number | undefined {
  const pageSizeType = 6n
  for (let at = 0; at + 16 <= auxv.length; at += 16) {
    if (auxv.readBigUInt64LE(at) === pageSizeType) return Number(auxv.readBigUInt64LE(at + 8))
  }
  return undefined
}

/** Listing opens one file more, and another thread may open one meanwhile. */
function isFdCount(path: string): boolean {
  const size = statSync(path).size
  return size > 0 && Math.abs(readdirSync(path).length - size) <= 2
}

function orUndefined<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
