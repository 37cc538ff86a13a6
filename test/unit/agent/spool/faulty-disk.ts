/** The spool's disk in memory: what is on it outlives a process, and any call may fail, or be the process's last. */
import type { SpoolStorage } from '../../../../agent/spool/storage.ts'

/** `before`: nothing has happened on the disk. `after`: it has, and nobody was told. `torn`: an append, half of it. */
export interface Fault {
  kind: 'crash' | 'fail'
  when: 'before' | 'after' | 'torn'
}

export interface FaultyDisk {
  files: Map<string, Uint8Array>
  aside: Map<string, Uint8Array>
  storage: SpoolStorage
  /** At the n-th call from now, counted from 0. */
  faultAt(call: number, fault: Fault): void
  /** To read this file fails until further notice. */
  setUnreadable(name: string): void
  /** Every call that writes fails until further notice. */
  setFull(isFull: boolean): void
  calls(): number
  /** What a process does; undefined: it died at a call, and nothing of it runs any more. */
  unlessItDies<T>(act: Promise<T>): Promise<{ value: T } | undefined>
}

export function createFaultyDisk(): FaultyDisk {
  const files = new Map<string, Uint8Array>()
  const aside = new Map<string, Uint8Array>()
  const unreadable = new Set<string>()
  const faults = new Map<number, Fault>()
  let calls = 0
  let isFull = false
  let died = Promise.withResolvers<undefined>()
  const call = async <T>(act: () => T, torn: () => unknown = () => {}): Promise<T> => {
    const fault = faults.get(calls)
    faults.delete(calls)
    calls += 1
    if (fault?.when === 'torn') torn()
    const result = fault?.when === 'after' || !fault ? act() : undefined
    if (fault?.kind === 'fail') throw new Error(`EIO: ${fault.when}`)
    if (fault) {
      died.resolve(undefined)
      return new Promise<never>(() => {})
    }
    return result as T
  }
  const writing = <T>(act: () => T, torn?: () => unknown) =>
    isFull ? Promise.reject(new Error('ENOSPC: no space left on device')) : call(act, torn)
  const append = (name: string, body: Uint8Array) =>
    files.set(name, Buffer.concat([files.get(name) ?? new Uint8Array(), body]))
  return {
    files,
    aside,
    faultAt: (number, fault) => faults.set(calls + number, fault),
    setUnreadable: (name) => void unreadable.add(name),
    setFull: (full) => {
      isFull = full
    },
    calls: () => calls,
    unlessItDies: async (act) => {
      const ended = await Promise.race([act.then((value) => ({ value })), died.promise])
      died = Promise.withResolvers()
      return ended
    },
    storage: {
      path: 'disk:',
      list: () => call(() => [...files].map(([name, { byteLength }]) => ({ name, sizeBytes: byteLength }))),
      read: (name) =>
        call(() => {
          const body = files.get(name)
          if (!body) throw new Error(`ENOENT: ${name}`)
          if (unreadable.has(name)) throw new Error('EIO: input/output error')
          return body
        }),
      write: (name, body) => writing(() => void files.set(name, Uint8Array.from(body))),
      append: (name, body) =>
        writing(
          () => void append(name, body),
          () => append(name, body.subarray(0, body.byteLength / 2)),
        ),
      remove: (name) => call(() => void files.delete(name)),
      moveAside: (name) =>
        call(() => {
          const body = files.get(name)
          if (!body) throw new Error(`ENOENT: ${name}`)
          aside.set(name, body)
          files.delete(name)
          return `disk:/damaged/${name}`
        }),
    },
  }
}
