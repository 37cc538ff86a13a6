import { expect, test } from 'vitest'
import {
  createNetworkReader,
  parseEstablished,
  parseInterfaces,
  parseSockstat,
} from '../../../../agent/collect/network.ts'
import { createFileReader } from '../../../../agent/collect/read-file.ts'
import { createUnavailable } from '../../../../agent/collect/unavailable.ts'
import { fixtureHost } from './fixture.ts'

const head = 'Inter-|   Receive |  Transmit\n face |bytes |bytes\n'

test.each([
  ['the loopback is left out', '    lo: 5 5 0 0 0 0 0 0 5 5 0 0 0 0 0 0', []],
  ['an interface that never carried a packet is left out', '  ifb0: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0', []],
  ['an alias keeps the colon of its name', 'eth0:1: 5 5 0 0 0 0 0 0 5 5 0 0 0 0 0 0', ['eth0:1']],
  ['no space need stand before the first number', '  eth0:5 5 0 0 0 0 0 0 5 5 0 0 0 0 0 0', ['eth0']],
])('%s', (_, line, names) => {
  expect([...parseInterfaces(`${head}${line}\n`).keys()]).toEqual(names)
})

test('rates are per second, and each column has its own', () => {
  using host = fixtureHost()
  const reader = createNetworkReader({ files: createFileReader(), roots: host.roots })
  const unavailable = createUnavailable()
  host.write('proc/net/dev', `${head}eth0: 1000 10 1 2 0 0 0 0 2000 20 3 4 0 0 0 0\n`)
  reader.interfaces({ monotonicMs: 5_000, unavailable })
  host.write(
    'proc/net/dev',
    `${head}eth0: 3000 30 2 4 0 0 0 0 6000 60 6 8 0 0 0 0\neth1: 5 5 0 0 0 0 0 0 5 5 0 0 0 0 0 0\n`,
  )
  expect(reader.interfaces({ monotonicMs: 7_000, unavailable })).toEqual([
    {
      name: 'eth0',
      receivedBytesPerSecond: 1_000,
      sentBytesPerSecond: 2_000,
      receivedPacketsPerSecond: 10,
      sentPacketsPerSecond: 20,
      receiveErrorsPerSecond: 0.5,
      sendErrorsPerSecond: 1.5,
      receiveDropsPerSecond: 1,
      sendDropsPerSecond: 2,
    },
    { name: 'eth1' },
  ])
  expect(unavailable.reasons()).toBeUndefined()
})

test('sockets of both families are counted together', () => {
  const v4 = 'sockets: used 23\nTCP: inuse 5 orphan 1 tw 7 alloc 9 mem 3\nUDP: inuse 2 mem 0\n'
  expect(parseSockstat(v4, 'TCP6: inuse 4\nUDP6: inuse 1\n')).toEqual({
    tcpInUse: 9,
    tcpOrphaned: 1,
    tcpTimeWait: 7,
    udpInUse: 3,
    socketsUsed: 23,
  })
  expect(parseSockstat(v4, '')).toMatchObject({ tcpInUse: 5, udpInUse: 2 })
})

test('established connections are found by the name of the column, and absent without it', () => {
  expect(parseEstablished('Tcp: RtoMin CurrEstab InSegs\nTcp: 200 17 99\n')).toBe(17)
  expect(parseEstablished('Tcp: RtoMin InSegs\nTcp: 200 99\n')).toBeUndefined()
  expect(parseEstablished('')).toBeUndefined()
})

test('a kernel without IPv6 misses nothing', () => {
  using host = fixtureHost()
  host.remove('proc/net/sockstat6')
  const unavailable = createUnavailable()
  const sample = createNetworkReader({ files: createFileReader(), roots: host.roots }).connections({
    monotonicMs: 0,
    unavailable,
  })
  expect(sample).toHaveProperty('tcpInUse')
  expect(unavailable.reasons()).toBeUndefined()
})
