/**
 * Interfaces from /proc/net/dev; connections from /proc/net/sockstat, sockstat6 and snmp, whose cost knows no number of
 * sockets. Formats: proc(5) and, of snmp, RFC 4022.
 */
import { limits } from '../../core/limits.ts'
import type { ConnectionsSample, InterfaceSample } from '../../core/snapshot.ts'
import { known, perSecond, wholeOrUndefined } from './counters.ts'
import { createListeningReader, type TcpSums } from './listening.ts'
import type { FileReader } from './read-file.ts'
import type { Roots } from './roots.ts'
import { clip, type Unavailable } from './unavailable.ts'

export interface NetworkReader {
  interfaces(options: { monotonicMs: number; unavailable: Unavailable }): InterfaceSample[]
  connections(options: { monotonicMs: number; unavailable: Unavailable }): ConnectionsSample
}

/** Counts since the interface came up. */
interface InterfaceCounters {
  receivedBytes: number
  receivedPackets: number
  receiveErrors: number
  receiveDrops: number
  sentBytes: number
  sentPackets: number
  sendErrors: number
  sendDrops: number
}

export function createNetworkReader({ files, roots }: { files: FileReader; roots: Roots }): NetworkReader {
  let before: { monotonicMs: number; interfaces: Map<string, InterfaceCounters> } | undefined
  const listening = createListeningReader({ roots })
  return {
    interfaces({ monotonicMs, unavailable }) {
      const all = unavailable.attempt('interfaces', () => parseInterfaces(files.kept(`${roots.proc}/net/dev`)))
      const earlier = before
      before = all && { monotonicMs, interfaces: all }
      const elapsedMs = earlier ? monotonicMs - earlier.monotonicMs : 0
      const read = [...(all ?? [])].slice(0, limits.interfacesPerSnapshot)
      if (all && read.length < all.size) {
        unavailable.note('interfaces', `${all.size} interfaces, of which the first ${read.length} are told`)
      }
      return read.map(([name, counters]) => rates(name, earlier?.interfaces.get(name), counters, elapsedMs))
    },
    connections({ monotonicMs, unavailable }) {
      const sockstat = unavailable.attempt('connections', () => files.kept(`${roots.proc}/net/sockstat`))
      const snmp = unavailable.attempt('connections.tcpEstablished', () => files.kept(`${roots.proc}/net/snmp`))
      const tcpEstablished = snmp === undefined ? undefined : parseEstablished(snmp)
      if (sockstat === undefined) return known({ tcpEstablished })
      // A kernel without IPv6 has no such file: nothing is missing then.
      const sockstat6 = files.keptIfThere(`${roots.proc}/net/sockstat6`) ?? ''
      const sums = parseTcpSums(sockstat, sockstat6, tcpEstablished)
      const tcpListen = unavailable.attempt('connections.tcpListen', () => listening.read({ sums, monotonicMs }))
      return { ...parseSockstat(sockstat, sockstat6), ...known({ tcpEstablished, tcpListen }) }
    },
  }
}

/** Without the loopback, and without interfaces that never carried a packet (ifb0, sit0, tunl0: made by modules). */
export function parseInterfaces(text: string): Map<string, InterfaceCounters> {
  const interfaces = new Map<string, InterfaceCounters>()
  for (const line of text.split('\n').slice(2)) {
    // The name of an alias has a colon of its own.
    const colon = line.lastIndexOf(':')
    const name = line.slice(0, Math.max(0, colon)).trim()
    if (name === '' || name === 'lo') continue
    const fields = line.slice(colon + 1).trim()
    const numbers = fields.split(/ +/).map(Number)
    const [receivedBytes = 0, receivedPackets = 0, receiveErrors = 0, receiveDrops = 0] = numbers
    const [sentBytes = 0, sentPackets = 0, sendErrors = 0, sendDrops = 0] = numbers.slice(8)
    if (receivedPackets + sentPackets === 0) continue
    const received = { receivedBytes, receivedPackets, receiveErrors, receiveDrops }
    interfaces.set(name, { ...received, sentBytes, sentPackets, sendErrors, sendDrops })
  }
  return interfaces
}

function rates(
  name: string,
  earlier: InterfaceCounters | undefined,
  after: InterfaceCounters,
  elapsedMs: number,
): InterfaceSample {
  const before = earlier && isSameInterface(earlier, after) ? earlier : undefined
  const rate = (counter: keyof InterfaceCounters) => perSecond(before?.[counter], after[counter], elapsedMs)
  return {
    name: clip(name, limits.nameLength),
    ...known({
      receivedBytesPerSecond: rate('receivedBytes'),
      sentBytesPerSecond: rate('sentBytes'),
      receivedPacketsPerSecond: rate('receivedPackets'),
      sentPacketsPerSecond: rate('sentPackets'),
      receiveErrorsPerSecond: rate('receiveErrors'),
      sendErrorsPerSecond: rate('sendErrors'),
      receiveDropsPerSecond: rate('receiveDrops'),
      sendDropsPerSecond: rate('sendDrops'),
    }),
  }
}

/** Another one under the old name has counted less of something: none of its counters goes on from the old ones. */
function isSameInterface(before: InterfaceCounters, after: InterfaceCounters): boolean {
  const counters = ['receivedBytes', 'receivedPackets', 'sentBytes', 'sentPackets'] as const
  return counters.every((counter) => after[counter] >= before[counter])
}

/** Lines such as `TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 301`; orphans and time-waits of both families are in the first. */
export function parseSockstat(v4: string, v6: string): ConnectionsSample {
  return known({
    tcpTimeWait: numberIn(v4, /^TCP: .*\btw (\d+)/m),
    tcpInUse: sum(numberIn(v4, /^TCP: inuse (\d+)/m), numberIn(v6, /^TCP6: inuse (\d+)/m)),
    tcpOrphaned: numberIn(v4, /^TCP: .*\borphan (\d+)/m),
    udpInUse: sum(numberIn(v4, /^UDP: inuse (\d+)/m), numberIn(v6, /^UDP6: inuse (\d+)/m)),
    socketsUsed: numberIn(v4, /^sockets: used (\d+)/m),
  })
}

function parseTcpSums(v4: string, v6: string, established = 0): TcpSums {
  const inUse = numberIn(v4, /^TCP: inuse (\d+)/m) ?? 0
  return { inUse, inUse6: numberIn(v6, /^TCP6: inuse (\d+)/m) ?? 0, established }
}

/** `Tcp:` stands twice: the names of the columns, then their values. Both families; close-wait counts too. */
export function parseEstablished(text: string): number | undefined {
  const [names, values] = text
    .split('\n')
    .filter((line) => line.startsWith('Tcp:'))
    .map((line) => line.split(' '))
  const value = Number(values?.[names?.indexOf('CurrEstab') ?? -1] ?? Number.NaN)
  return wholeOrUndefined(value)
}

function numberIn(text: string, pattern: RegExp): number | undefined {
  const digits = pattern.exec(text)?.[1]
  return digits === undefined ? undefined : wholeOrUndefined(Number(digits))
}

function sum(v4: number | undefined, v6: number | undefined): number | undefined {
  return v4 === undefined ? v6 : v4 + (v6 ?? 0)
}
