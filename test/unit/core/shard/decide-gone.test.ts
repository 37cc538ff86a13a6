import { describe, expect, it } from 'vitest'
import type { RuleSet } from '../../../../core/alerts/rule.ts'
import { makeThreshold } from '../../../make.ts'
import { createShard, ruleSetOf, type Sent, said } from './hosts.ts'

const dayMinutes = 24 * 60
const usb = '/mnt/usb'
const both: Sent = {
  disks: [
    ['/', 30],
    [usb, 99],
  ],
}
const alone: Sent = { disks: [['/', 30]] }
const disk = makeThreshold({ id: 'disk', metric: 'disk.percent', threshold: 90, clear: 88 })

type At = (minute: number) => Sent | undefined

/** A snapshot in five minutes; what is said from the second minute on. */
function from(sentAt: At, { rules = ruleSetOf(disk), days = 3 }: { rules?: RuleSet; days?: number } = {}): string[] {
  const shard = createShard(rules)
  const all: string[] = []
  for (let minute = 0; minute <= days * dayMinutes; minute += 5) {
    const sent = sentAt(minute)
    if (sent) all.push(...shard.run(minute, [sent]).map(said))
  }
  return all
}

const began = `0 disk ${usb} ok > firing (warning): Disk 99.0 % > 90 %`
const lost = `5 disk ${usb} firing > no-data (warning): the snapshot has no such value`
const gone = (minute: number) =>
  `${minute} disk ${usb} no-data > ok (warning): gone: a day of snapshots has other mounts and not this one`

describe('an alert of something that is there no more', () => {
  it('is without data for a day, and then over for that reason', () => {
    expect(from((minute) => (minute === 0 ? both : alone))).toEqual([began, lost, gone(5 + dayMinutes)])
  })

  it('is told as gone to who knows it, so that nobody takes it for well again', () => {
    const shard = createShard(ruleSetOf(disk))
    const notices = Array.from({ length: 300 }, (_, index) => {
      shard.run(5 * index, [index === 0 ? both : alone])
      return shard.state().notices
    }).flat()
    expect(notices.map(({ kind, entity, gone }) => [kind, entity, gone])).toEqual([
      ['firing', usb, undefined],
      ['resolved', usb, true],
    ])
  })

  it('is another one when it comes back', () => {
    const back = 2 * dayMinutes
    expect(from((minute) => (minute === 0 || minute >= back ? both : alone))).toEqual([
      began,
      lost,
      gone(5 + dayMinutes),
      `${back} disk ${usb} ok > firing (warning): Disk 99.0 % > 90 %`,
    ])
  })

  it('counts anew each time that it is back', () => {
    const said = from((minute) => (minute % 720 === 0 ? both : alone))
    expect(said.filter((line) => line.includes('gone'))).toEqual([])
  })

  it('counts only the time that snapshots tell of, and goes on counting after a gap', () => {
    const silentUntil = 2 * dayMinutes
    const said = from((minute) => (minute === 0 ? both : minute < 600 || minute >= silentUntil ? alone : undefined))
    expect(said.filter((line) => line.includes('gone'))).toEqual([gone(silentUntil + dayMinutes - (595 - 5))])
  })

  it.each<[string, Sent]>([
    ['no disk could be told', { disks: [] }],
    ['it did not answer', { ...alone, unavailable: { [`disks:${usb}`]: 'statfs did not answer in 1000 ms' } }],
    ['not all mounts were read', { ...alone, unavailable: { disks: '300 mounts, of which the first 256 are read' } }],
  ])('stays without data where %s', (_, sent) => {
    expect(from((minute) => (minute === 0 ? both : sent))).toEqual([began, lost])
  })

  it('stays without data where it is there, and only its value is missing', () => {
    const rule = makeThreshold({ id: 'threads', metric: 'process.threads', threshold: 90, clear: 88 })
    const processes = (threads?: number) => ({
      total: 2,
      top: [
        { pid: 1, name: 'init', threads: 1 },
        { pid: 2, name: 'java', ...(threads === undefined ? {} : { threads }) },
      ],
    })
    const said = from((minute) => ({ processes: processes(minute === 0 ? 99 : undefined) }), { rules: ruleSetOf(rule) })
    expect(said.map((line) => line.split(' (')[0])).toEqual([
      '0 threads java ok > firing',
      '5 threads java firing > no-data',
    ])
  })

  it('is over as well where its rule leaves alone what is missing, and goes on where that breaches', () => {
    const at: At = (minute) => (minute === 0 ? both : alone)
    const ignored = from(at, { rules: ruleSetOf({ ...disk, missing: 'ignore' }) })
    expect(ignored).toEqual([began, gone(5 + dayMinutes).replace('no-data', 'firing')])
    expect(from(at, { rules: ruleSetOf({ ...disk, missing: 'breaching' }) })).toEqual([began])
  })
})

describe('an alert of what its rule is no longer about', () => {
  it('is over with the next run', () => {
    const before = createShard(ruleSetOf(disk))
    before.run(0, [both])
    const after = createShard(ruleSetOf({ ...disk, except: ['/mnt/*'] }), before.state())
    expect(after.run(1, [both]).map(said)).toEqual([
      `1 disk ${usb} firing > ok (warning): this host no longer has the rule for it`,
    ])
    expect(after.run(2, [both])).toEqual([])
  })
})
