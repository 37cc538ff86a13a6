import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ParsedMail, simpleParser } from 'mailparser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LivedDay, liveDay } from './trouble-day/live-day.ts'

/** Where mails and pages of the day are left, for whoever wants to look at them. */
const keepIn = process.env.VITALS_TROUBLE_DAY

/**
 * Everything that anybody is told in the day of trouble-day/day.ts, and nothing else. Hosts send five minutes at once: what began
 * at 07:31 is known at 07:34. At 13:24 it is told that batch-1 flaps, and then no more until it is calm. Nothing is told of
 * db-1's maintenance, of what came and went while the store was away or edge-1 was offline, nor of web-1 while it is silenced.
 */
const told = `
    03:09  firing     warning   web-1    cpu            default
    03:44  resolved   warning   web-1    cpu            default
    07:34  firing     warning   db-1     disk /var/lib  default
    07:59  escalated  critical  db-1     disk /var/lib  default
    07:59  firing     critical  db-1     disk /var/lib  pager
    10:04  resolved   critical  db-1     disk /var/lib  default pager
    11:10  firing     critical  cache-1  host-down      default pager
    11:49  resolved   critical  cache-1  host-down      default pager
    13:04  firing     warning   batch-1  memory         default
    13:09  resolved   warning   batch-1  memory         default
    13:14  firing     warning   batch-1  memory         default
    13:19  resolved   warning   batch-1  memory         default
    13:24  firing     warning   batch-1  memory         default
    14:59  resolved   warning   batch-1  memory         default
    17:10  firing     critical  *        all-silent     default pager
    17:25  resolved   critical  *        all-silent     default pager
    18:10  firing     critical  edge-1   host-down      default pager
    20:00  resolved   critical  edge-1   host-down      default pager
    22:00  firing     warning   web-1    cpu            default
    22:24  resolved   warning   web-1    cpu            default
`

describe('a day of trouble', () => {
  let day: LivedDay
  let mails: { default: ParsedMail[]; pager: ParsedMail[] }

  beforeAll(async () => {
    day = await liveDay()
    mails = {
      default: await mailsIn(join(day.directory, 'logs', 'mail')),
      pager: await mailsIn(join(day.directory, 'pager')),
    }
    if (keepIn !== undefined) await keep(day, keepIn)
  }, 600_000)

  afterAll(() => day?.clear())

  it('gives exactly these notices', () => {
    const lines = new Map<string, string[]>()
    for (const { notice, status } of day.notices) {
      const { kind, severity, host, rule, entity, receiver } = notice
      const time = status.state === 'sent' ? new Date(status.atMs).toISOString().slice(11, 16) : status.state
      const line = [time, kind, severity, host, rule, ...(entity ? [entity] : [])].join(' ')
      lines.set(line, [...(lines.get(line) ?? []), receiver].sort())
    }
    const found = [...lines].map(([line, receivers]) => [line, ...receivers].join(' ')).sort()
    expect(found).toEqual(
      told
        .trim()
        .split('\n')
        .map((line) => line.trim().replace(/\s+/g, ' ')),
    )
  })

  it('sends each of them as one mail to each receiver, what follows under its beginning', () => {
    expect([mails.default.length, mails.pager.length]).toEqual([19, 8])
    const following = mails.default.filter(({ inReplyTo }) => inReplyTo !== undefined)
    expect(following).toHaveLength(10)
    for (const { inReplyTo } of following) expect(mails.default.map(({ messageId }) => messageId)).toContain(inReplyTo)
  })
})

async function mailsIn(directory: string): Promise<ParsedMail[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.eml')).sort()
  return Promise.all(names.map(async (name) => simpleParser(await readFile(join(directory, name)))))
}

async function keep({ directory, pages }: LivedDay, into: string): Promise<void> {
  await mkdir(into, { recursive: true })
  await cp(join(directory, 'logs', 'mail'), join(into, 'default'), { recursive: true })
  await cp(join(directory, 'pager'), join(into, 'pager'), { recursive: true })
  for (const [time, page] of pages) await writeFile(join(into, `status-${time.replace(':', '')}.html`), page)
}
