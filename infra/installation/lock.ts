/** One process at a time. The kernel ends the lock with the process that holds it, however that ended. */
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'

const lookEveryMs = 200
/** https://www.sqlite.org/rescode.html#busy */
const busy = 5

/** `path` is made if it is missing, and stays: a file that is removed would be two. */
export async function holdingLock<T>({
  path,
  onWait,
  act,
}: {
  path: string
  onWait: () => void
  act: () => Promise<T>
}): Promise<T> {
  const lock = new DatabaseSync(path)
  try {
    if (!take(lock)) {
      onWait()
      do await delay(lookEveryMs)
      while (!take(lock))
    }
    return await act()
  } finally {
    lock.close()
  }
}

function take(lock: DatabaseSync): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return true
  } catch (error) {
    if ((error as { errcode?: number }).errcode === busy) return false
    throw error
  }
}
