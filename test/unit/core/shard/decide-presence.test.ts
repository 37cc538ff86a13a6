import { expect, it } from 'vitest'
import type { AbsentRule } from '../../../../core/alerts/rule.ts'
import { minuteMs } from '../../../make.ts'
import { createShard, ruleSetOf, type Sent, said } from './hosts.ts'

it('a host that went down again and again, and was then stopped, is told as over once it has been calm', () => {
  const heard = new Map<number, Sent>([0, 7, 14, 21].map((minute) => [minute, {}]))
  heard.set(28, { goodbye: true })
  const shard = createShard(ruleSetOf())
  const told = Array.from({ length: 70 }, (_, minute) => shard.run(minute, [heard.get(minute) ?? []].flat()))
  expect(
    told
      .flat()
      .slice(-3)
      .map((one) => said(one).split(':')[0]),
  ).toEqual([
    '26 host-down ok > firing (critical, flapping)',
    '28 host-down firing > recovering (critical, flapping)',
    '58 host-down recovering > ok (critical)',
  ])
})

it('a host that two rules call down went down once each time', () => {
  const long: AbsentRule = {
    kind: 'absent',
    id: 'long',
    of: 'host',
    afterMs: 6 * minuteMs,
    severity: 'critical',
    keepFiringMs: 0,
    repeatMs: 24 * 60 * minuteMs,
    flap: { times: 3, withinMs: 60 * minuteMs, calmMs: minuteMs },
  }
  const shard = createShard(ruleSetOf(long))
  const told = Array.from({ length: 30 }, (_, minute) => shard.run(minute, minute % 10 === 0 ? [{}] : []).map(said))
  expect(
    told
      .flat()
      .filter((line) => / long ok > firing/.test(line))
      .map((line) => line.split(':')[0]),
  ).toEqual([
    '6 long ok > firing (critical)',
    '16 long ok > firing (critical)',
    '26 long ok > firing (critical, flapping)',
  ])
})
