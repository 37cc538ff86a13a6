/** A machine's disk: what is on it outlives the process. Each call waits for its turn, and the process may die at it. */
import type { SpoolStorage } from '../../agent/spool/storage.ts'
import { type Actor, die } from './faults.ts'
import type { Scheduler } from './scheduler.ts'

export type Disk = Map<string, Uint8Array>

export function memoryStorage(
  disk: Disk,
  { scheduler, actor: working }: { scheduler: Scheduler; actor: () => Actor },
): SpoolStorage {
  const call = async <T>(what: string, act: () => T): Promise<T> => {
    await scheduler.turn()
    const actor = working()
    const { name, rates } = actor
    const chance = scheduler.fraction()
    if (chance < rates.crashBefore) {
      scheduler.tell(`${name}: disk ${what} [crashBefore]`)
      return die(actor, scheduler)
    }
    const result = act()
    if (chance < rates.crashBefore + rates.crashAfter) {
      scheduler.tell(`${name}: disk ${what} [crashAfter]`)
      return die(actor, scheduler)
    }
    scheduler.tell(`${name}: disk ${what}`)
    return result
  }
  return {
    path: 'disk:',
    list: () => call('list', () => [...disk].map(([name, { byteLength: sizeBytes }]) => ({ name, sizeBytes }))),
    read: (name) =>
      call(`read ${name}`, () => {
        const body = disk.get(name)
        if (!body) throw new Error(`${name} is not on the disk`)
        return body
      }),
    write: (name, body) => call(`write ${name}`, () => void disk.set(name, Uint8Array.from(body))),
    append: (name, body) =>
      call(`append ${name}`, () => void disk.set(name, Buffer.concat([disk.get(name) ?? new Uint8Array(), body]))),
    remove: (name) => call(`remove ${name}`, () => void disk.delete(name)),
    moveAside: (name) =>
      call(`move aside ${name}`, () => {
        disk.delete(name)
        return `disk:/damaged/${name}`
      }),
  }
}
