/**
 * Small kernel files, read synchronously through one buffer: `fs.promises` costs 16 times as much CPU and twice the
 * memory, and nothing here waits for a disk.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs'

export interface FileReader {
  /** Whole content. Throws what the kernel says: ENOENT, EACCES, ... */
  text(path: string): string
  /**
   * The same of a file that every snapshot reads: it stays open, which saves two thirds of the cost. Only for files that
   * the kernel writes anew for whoever reads them from the start.
   */
  kept(path: string): string
  /** The same of a file that may well not be there: undefined then, at the cost of one look. */
  keptIfThere(path: string): string | undefined
  /** Closes kept files: those whose path begins so, or all of them. */
  release(prefix?: string): void
}

const startBytes = 64 * 1024
/** /proc/stat with thousands of cores is some 2 MiB; more than this is no kernel file. */
const maxBytes = 16 * 1024 * 1024

export function createFileReader(): FileReader {
  let buffer = Buffer.allocUnsafeSlow(startBytes)
  const open = new Map<string, number>()

  const whole = (fd: number, path: string): string => {
    for (let length = 0; ; ) {
      const read = readSync(fd, buffer, length, buffer.length - length, length)
      if (read === 0) return buffer.toString('utf8', 0, length)
      length += read
      if (length === buffer.length) buffer = grown(buffer, path)
    }
  }
  const kept = (path: string): string => {
    const fd = open.get(path) ?? openSync(path, 'r')
    open.set(path, fd)
    try {
      return whole(fd, path)
    } catch (error) {
      // What it showed is gone, a control group for instance: the next reading looks for it anew.
      open.delete(path)
      closeSync(fd)
      throw error
    }
  }

  return {
    text(path) {
      const fd = openSync(path, 'r')
      try {
        return whole(fd, path)
      } finally {
        closeSync(fd)
      }
    },
    kept,
    keptIfThere(path) {
      if (!open.has(path) && statSync(path, { throwIfNoEntry: false }) === undefined) return undefined
      return kept(path)
    },
    release(prefix = '') {
      for (const [path, fd] of open) {
        if (!path.startsWith(prefix)) continue
        open.delete(path)
        closeSync(fd)
      }
    },
  }
}

function grown(buffer: Buffer<ArrayBuffer>, path: string): Buffer<ArrayBuffer> {
  if (buffer.length >= maxBytes) throw new Error(`read ${path}: more than ${maxBytes} bytes, expected a kernel file`)
  const larger = Buffer.allocUnsafeSlow(buffer.length * 2)
  buffer.copy(larger)
  return larger
}
