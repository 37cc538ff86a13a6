/**
 * TCP sockets that listen, by the first rows of /proc/net/tcp and tcp6 (proc_net_tcp.rst). The kernel lists them before all
 * others, so that the reading stops at the first that does not listen: the cost goes with them, not with the connections.
 * But where few are connected the kernel looks through its whole table for that row, 2 ms with 24 GB of memory. So they are
 * counted again only when the kernel's own sums, which are read anyway, say that something may have changed.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import type { Roots } from './roots.ts'

/** By family, TCP sockets that are not waiting for their end (`inuse` of sockstat), and of both those connected. */
export interface TcpSums {
  inUse: number
  inUse6: number
  established: number
}

export interface ListeningReader {
  /** Throws when the kernel shows no list, or one too long. */
  read(options: { sums: TcpSums; monotonicMs: number }): number
}

/** On a server where sockets come and go all the time. */
const leastAgeMs = 10_000
/** One that began to listen while another ended leaves the sums as they were. */
const mostAgeMs = 600_000
/** What the kernel gives in one reading at most. */
const chunkBytes = 4_096
/** Some 7,000 rows. */
const mostBytes = 1024 * 1024

export function createListeningReader({ roots }: { roots: Roots }): ListeningReader {
  const buffer = Buffer.allocUnsafeSlow(chunkBytes)
  let last: { count: number; transient: number; atMs: number } | undefined
  return {
    read({ sums, monotonicMs }) {
      // All but those connected: those that listen, and the few that are being opened or closed.
      const transient = sums.inUse + sums.inUse6 - sums.established
      const ageMs = last ? monotonicMs - last.atMs : Number.POSITIVE_INFINITY
      if (last && (ageMs < leastAgeMs || (ageMs < mostAgeMs && transient === last.transient))) return last.count
      // No socket of a family, no list of it to look through.
      const count =
        (sums.inUse > 0 ? countListening(`${roots.proc}/net/tcp`, buffer) : 0) +
        (sums.inUse6 > 0 ? countListening(`${roots.proc}/net/tcp6`, buffer) : 0)
      last = { count, transient, atMs: monotonicMs }
      return count
    },
  }
}

export function countListening(path: string, buffer: Buffer): number {
  const fd = openSync(path, 'r')
  try {
    let count = 0
    let rest = ''
    for (let bytes = 0; bytes <= mostBytes; ) {
      const read = readSync(fd, buffer, 0, buffer.length, null)
      if (read === 0) return count
      bytes += read
      const lines = (rest + buffer.toString('latin1', 0, read)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const state = stateOf(line)
        if (state === 'listening') count++
        if (state === 'other') return count
      }
    }
    throw new Error(`read ${path}: over ${mostBytes} bytes of sockets that listen (${count} so far), not counted`)
  } finally {
    closeSync(fd)
  }
}

/**
 * `   0: 00000000:07E8 00000000:0000 0A …`: number, own address, the other's, state. Kernels before 4.4 list the connections
 * that a listener is asked for (03) behind it, in the midst of the others.
 */
function stateOf(line: string): 'listening' | 'asked' | 'heading' | 'other' {
  const state = /^ *\d+: [0-9A-F]+:[0-9A-F]{4} [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) /.exec(line)?.[1]
  if (state === undefined) return 'heading'
  if (state === '0A') return 'listening'
  return state === '03' ? 'asked' : 'other'
}
