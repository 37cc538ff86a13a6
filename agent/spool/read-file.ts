/** Reading what may be gone, or what a disk does not give just now. */
import type { SpoolStorage } from './storage.ts'

/** What a disk does not give so often in a row it will not give at all: nobody waits for it any longer. */
export const readTries = 5

/** Undefined when the file is gone. Throws what the disk says when it is there. */
export async function readIfThere(storage: SpoolStorage, name: string): Promise<Uint8Array | undefined> {
  try {
    return await storage.read(name)
  } catch (error) {
    const isThere = (await storage.list()).some((file) => file.name === name)
    if (isThere) throw error
    return undefined
  }
}

/** Throws what the disk says when it gives nothing however often it is asked. */
export async function readPatiently(storage: SpoolStorage, name: string): Promise<Uint8Array> {
  for (let tries = 1; ; tries++) {
    try {
      return await storage.read(name)
    } catch (error) {
      if (tries >= readTries) throw error
    }
  }
}
