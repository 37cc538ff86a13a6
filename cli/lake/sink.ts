/** Where a result goes: standard output, or a file that is there whole or not at all. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { open, rename, rm } from 'node:fs/promises'

export interface Sink {
  write(bytes: Uint8Array | string): Promise<void>
  /** All of it was written. */
  finish(): Promise<void>
  /** It comes to nothing. */
  discard(): Promise<void>
}

export function streamSink(stream: NodeJS.WritableStream): Sink {
  return {
    write: async (bytes) => {
      if (!stream.write(bytes)) await once(stream, 'drain')
    },
    // The process ends by itself: what is not written by then is lost.
    finish: () => new Promise((resolve) => stream.write('', () => resolve())),
    discard: async () => {},
  }
}

/** Beside `path` under a name of its own, and in its place once it is on the disk. */
export async function fileSink(path: string): Promise<Sink> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.part`
  const file = await open(temporary, 'wx').catch((error: Error) => {
    throw new Error(`--out ${path} can't be written: ${error.message}`, { cause: error })
  })
  return {
    write: async (bytes) => {
      await file.writeFile(bytes)
    },
    finish: async () => {
      await file.sync()
      await file.close()
      await rename(temporary, path)
    },
    discard: async () => {
      await file.close().catch(() => undefined)
      await rm(temporary, { force: true })
    },
  }
}
