import { createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { countListening, createListeningReader } from '../../../../agent/collect/listening.ts'
import { fixtureHost } from './fixture.ts'

const heading =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'.padEnd(149)
const row = (number: number, state: string) =>
  `${String(number).padStart(4)}: 0100007F:1F90 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 475`.padEnd(
    149,
  )
const row6 = (number: number, state: string) =>
  `${String(number).padStart(4)}: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 475 1 00000000bcbcac80 100 0 0 10 0`
const list = (rows: string[]) => `${[heading, ...rows].join('\n')}\n`
const rows = (count: number, state: string, make = row) =>
  Array.from({ length: count }, (_, number) => make(number, state))

test.each([
  ['nobody', list([]), 0],
  ['nobody, and one is connected', list(rows(1, '01')), 0],
  ['three, and more are connected', list([...rows(3, '0A'), ...rows(500, '01')]), 3],
  ['as many as no single reading holds', list([...rows(500, '0A'), ...rows(3, '06')]), 500],
  ['as many of IPv6, whose rows are longer', list([...rows(301, '0A', row6), ...rows(3, '06', row6)]), 301],
  [
    'some of a kernel before 4.4, which lists who knocks behind each',
    list([row(0, '0A'), row(1, '03'), row(2, '03'), row(3, '0A'), row(4, '01')]),
    2,
  ],
  ['a row that is cut off at its end', `${list(rows(2, '0A'))}   2: 0100`, 2],
])('counts %s', (_, text, expected) => {
  using host = fixtureHost()
  host.write('proc/net/tcp', text)
  expect(countListening(`${host.roots.proc}/net/tcp`, Buffer.alloc(4_096))).toBe(expected)
})

test('a list without an end is given up and told', () => {
  using host = fixtureHost()
  host.write('proc/net/tcp', list(rows(20_000, '0A')))
  expect(() => countListening(`${host.roots.proc}/net/tcp`, Buffer.alloc(4_096))).toThrow(
    /over 1048576 bytes of sockets that listen/,
  )
})

test('counts again when the sums have changed, yet not every second; and now and then in any case', () => {
  using host = fixtureHost()
  const listen = (count: number) => host.write('proc/net/tcp', list(rows(count, '0A')))
  const reader = createListeningReader({ roots: host.roots })
  const read = (inUse: number, established: number, monotonicMs: number) =>
    reader.read({ sums: { inUse, inUse6: 0, established }, monotonicMs })
  listen(2)
  expect(read(5, 3, 0)).toBe(2)
  listen(3)
  expect(read(6, 4, 20_000), 'one more is connected, none listens more').toBe(2)
  expect(read(7, 4, 30_000)).toBe(3)
  listen(4)
  expect(read(8, 4, 31_000), 'just counted').toBe(3)
  expect(read(8, 4, 40_001)).toBe(4)
  listen(1)
  expect(read(8, 4, 500_000)).toBe(4)
  expect(read(8, 4, 700_000)).toBe(1)
})

test('a family without any socket is not looked through', () => {
  using host = fixtureHost()
  host.write('proc/net/tcp', list(rows(2, '0A')))
  host.remove('proc/net/tcp6')
  const sums = { inUse: 2, inUse6: 0, established: 0 }
  expect(createListeningReader({ roots: host.roots }).read({ sums, monotonicMs: 0 })).toBe(2)
})

const servers: Server[] = []
afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve)))))

test('sockets of this machine: forty more listen, forty more are counted', async () => {
  const buffer = Buffer.alloc(4_096)
  const count = () => countListening('/proc/net/tcp', buffer)
  const before = count()
  for (let opened = 0; opened < 40; opened++) {
    const server = createServer()
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  }
  // Other tests of this machine open and close some as well.
  expect(Math.abs(count() - before - 40)).toBeLessThan(20)
})
