/** Files as no kernel writes them, clocks that jump, and hosts with more of everything than anybody thought of. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { openLinuxCollector } from '../../../../agent/collect/snapshot.ts'
import { type Snapshot, snapshotSchema } from '../../../../core/snapshot.ts'
import { type FixtureHost, fixtureHost, handClock, kernels } from './fixture.ts'

const intervalMs = 10_000
const stats = { type: 1, bsize: 4_096, frsize: 4_096, blocks: 1_000, bfree: 400, bavail: 300, files: 200, ffree: 50 }
const fileSystems = { now: () => stats, later: async () => stats }

function collectorOf(host: FixtureHost, clock = handClock()) {
  return openLinuxCollector({ clock, topProcesses: 5, roots: host.roots, fileSystems })
}

function expectToBeTaken(snapshot: Snapshot): void {
  expect(v.parse(snapshotSchema, snapshot)).toEqual(snapshot)
}

const mutations = {
  cutOff: (text: string, at: number) => text.slice(0, Math.floor(text.length * at)),
  empty: () => '',
  grown: (text: string) => text.replace(/\d+/g, '99999999999999999999'),
  negative: (text: string) => text.replace(/\b\d+\b/g, '-$&'),
  withoutSpaces: (text: string) => text.replaceAll(' ', ''),
  noise: (text: string, at: number) =>
    [...text]
      .map((letter, index) => ((index * 7_919) % 97 < at * 97 ? String.fromCharCode(index % 256) : letter))
      .join(''),
  twice: (text: string) => text + text,
  words: (text: string) => text.replace(/\d+/g, 'many'),
}
type Mutation = keyof typeof mutations

test('whatever stands in any of the files, a snapshot that is taken comes out, twice', async () => {
  const mutation = fc.record({
    file: fc.nat(),
    how: fc.constantFrom(...(Object.keys(mutations) as Mutation[])),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...kernels), fc.array(mutation, { maxLength: 6 }), async (kernel, changes) => {
      using host = fixtureHost(kernel)
      const clock = handClock()
      const collector = collectorOf(host, clock)
      if (changes.length % 2 === 0) expectToBeTaken(await collector.collect({ intervalMs }))
      const files = filesBelow(join(host.roots.proc, '..'))
      for (const { file, how, at } of changes) {
        const path = files[file % files.length] ?? ''
        host.write(path, mutations[how](readFileSync(join(host.roots.proc, '..', path), 'latin1'), at))
      }
      for (let taken = 0; taken < 2; taken++) {
        clock.advance(10_000)
        expectToBeTaken(await collector.collect({ intervalMs }))
      }
      collector.close()
    }),
    { numRuns: 80 },
  )
})

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(
    // Those of single processes have tests of their own.
    (path) => statSync(join(directory, path)).isFile() && !/^tools|^proc\/\d/.test(path),
  )
}

test('a host with 20,000 interfaces, mounts and cores tells as many as a snapshot takes, and says so', async () => {
  using host = fixtureHost()
  const many = Array.from({ length: 20_000 }, (_, number) => number)
  host.write('proc/net/dev', `x\nx\n${many.map((n) => `veth${n}: 5 5 0 0 0 0 0 0 5 5 0 0 0 0 0 0\n`).join('')}`)
  host.write('proc/self/mountinfo', many.map((n) => `${n} 1 8:${n} / /m${n} rw - ext4 /dev/sd${n} rw\n`).join(''))
  const stat = (ticks: number) =>
    `cpu  ${ticks} 0 0 ${ticks}\n${many.map((n) => `cpu${n} ${ticks} 0 0 ${ticks}\n`).join('')}btime 1795415086\n`
  const clock = handClock()
  const collector = collectorOf(host, clock)
  host.write('proc/stat', stat(100))
  await collector.collect({ intervalMs })
  clock.advance(10_000)
  host.write('proc/stat', stat(200))
  const snapshot = await collector.collect({ intervalMs })
  collector.close()
  expectToBeTaken(snapshot)
  expect(snapshot.interfaces).toHaveLength(256)
  expect(snapshot.disks).toHaveLength(256)
  expect(snapshot.cpu.percent).toBe(50)
  expect(snapshot.unavailable).toMatchObject({
    interfaces: '20000 interfaces, of which the first 256 are told',
    disks: '20000 mounts, of which the first 256 are read',
    'cpu.perCorePercent': '20000 cores, of which a snapshot takes 4096',
  })
})

test.each([
  ['forward by a year', 365 * 86_400_000],
  ['back by a year', -365 * 86_400_000],
])(
  'a wall clock that was set %s moves no rate, and processes begin when they began by the new one',
  async (_, stepMs) => {
    using host = fixtureHost()
    const hand = handClock()
    let setMs = 0
    const collector = collectorOf(host, { ...hand, now: () => hand.now() + setMs })
    const line = (bytes: number) => `x\nx\n  eth0: ${bytes} 5 0 0 0 0 0 0 5 5 0 0 0 0 0 0\n`
    host.write('proc/net/dev', line(1_000))
    const first = await collector.collect({ intervalMs })
    hand.advance(10_000)
    setMs = stepMs
    host.write('proc/net/dev', line(2_000))
    // The kernel counts its boot by the clock as it is set.
    const btime = Number(/^btime (\d+)$/m.exec(readFileSync(join(host.roots.proc, 'stat'), 'utf8'))?.[1])
    host.write('proc/stat', `cpu  9999999 0 0 9999999\nbtime ${btime + stepMs / 1_000}\n`)
    const second = await collector.collect({ intervalMs })
    collector.close()
    expectToBeTaken(second)
    expect(second.observedAtMs - first.observedAtMs).toBe(10_000 + stepMs)
    expect(second.interfaces[0]?.receivedBytesPerSecond).toBe(100)
    const startOf = ({ processes: { top } }: Snapshot) => top.find(({ pid }) => pid === 1)?.startedAtMs ?? 0
    expect(startOf(second) - startOf(first)).toBe(stepMs)
  },
)

test('a clock before 1970 is the beginning of 1970', async () => {
  using host = fixtureHost()
  const collector = collectorOf(host, { ...handClock(), now: () => -5_000 })
  const snapshot = await collector.collect({ intervalMs })
  collector.close()
  expectToBeTaken(snapshot)
  expect(snapshot.observedAtMs).toBe(0)
})

test('after a sleep of the machine rates are over the whole of it', async () => {
  using host = fixtureHost()
  const clock = handClock()
  const collector = collectorOf(host, clock)
  const line = (bytes: number) => `x\nx\n  eth0: ${bytes} 5 0 0 0 0 0 0 5 5 0 0 0 0 0 0\n`
  host.write('proc/net/dev', line(1_000))
  await collector.collect({ intervalMs })
  clock.advance(8 * 3_600_000)
  host.write('proc/net/dev', line(1_000 + 8 * 3_600_000))
  const snapshot = await collector.collect({ intervalMs })
  collector.close()
  expect(snapshot.interfaces[0]?.receivedBytesPerSecond).toBe(1_000)
})
