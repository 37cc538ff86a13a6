import { expect, it } from 'vitest'
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
