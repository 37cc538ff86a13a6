/** What comes late, from the inbox to the mails that somebody reads: the functions of one process, by a clock of the test. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ParsedMail, simpleParser } from 'mailparser'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { systemClock } from '../../../adapters/clock/system.ts'
import { silentLog } from '../../../adapters/log/port.ts'
import { parseSettings } from '../../../core/parse-settings.ts'
import { composeFunctions, type Functions } from '../../../embedded/functions.ts'
import { makeBatch, makeInboxObject, makeSnapshot, minuteMs } from '../../make.ts'

const vitalsYml = `
routes:
  - { to: [default], group: { interval: 0s } }
`

let directory: string
let functions: Functions
let nowMs: number
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-late-'))
  await writeFile(join(directory, 'vitals.yml'), vitalsYml)
  const env = {
    MONITOR_VITALS_FILE: join(directory, 'vitals.yml'),
    MONITOR_LATENESS: '3600',
    MONITOR_KEEP_FIRING: '120',
  }
  const parsed = parseSettings({ env, hostname: 'hub', timeZone: 'UTC', resolvePath: (path) => join(directory, path) })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed))
  nowMs = at('14:30')
  const clock = { now: () => nowMs, monotonicMs: () => nowMs, sleep: systemClock.sleep }
  functions = await composeFunctions({ settings: parsed.settings, env: {}, log: silentLog, clock })
})
afterEach(() => rm(directory, { recursive: true }))

function at(time: string): number {
  return Date.parse(`2026-03-02T${time}:00Z`)
}

/** At `time` a batch comes with a sample of each of these minutes, and is told. */
async function comes(time: string, seq: number, from: string, to: string, percent: number): Promise<void> {
  nowMs = at(time)
  const count = (at(to) - at(from)) / minuteMs + 1
  const records = Array.from({ length: count }, (_, index) =>
    makeSnapshot({ atMs: at(from) + index * minuteMs, disks: [['/var', percent]] }),
  )
  const { key, body } = makeInboxObject(makeBatch({ seq, records }))
  await functions.bucket.put(key, body, { ifAbsent: true })
  await functions.evaluate({})
  await functions.notify({})
}

async function mails(): Promise<ParsedMail[]> {
  const logs = join(directory, 'logs', 'mail')
  const parsed = await Promise.all(
    (await readdir(logs)).map(async (name) => simpleParser(await readFile(join(logs, name)))),
  )
  return parsed.sort((a, b) =>
    String(a.headers.get('x-vitals-notice')).localeCompare(String(b.headers.get('x-vitals-notice'))),
  )
}

const told = async () => (await mails()).map(({ subject = '' }) => subject.replace(/ #\w+$/, ''))

it('is told as an amendment, in the thread of what was told: when it began, and when that was learned', async () => {
  await comes('14:31', 2, '14:30', '14:31', 99)
  expect(await told()).toEqual(['[WARNING] web-1: Disk /var 99.0 % > 90 %'])
  await comes('14:40', 1, '14:02', '14:29', 99)
  const [amended, firing, ...others] = await mails()
  expect(others).toEqual([])
  expect(amended?.subject).toMatch(/^\[AMENDED\] web-1: Disk \/var began 14:02, learned 14:40 #[0-9a-f]{12}$/)
  expect(amended?.inReplyTo).toBe(firing?.messageId)
  expect(amended?.text).toMatch(/^Began: +2026-03-02 14:02/m)
  expect(amended?.text).toMatch(/^Learned: +2026-03-02 14:40/m)
})

it('says of what is over when it was, and when that was learned', async () => {
  await comes('14:31', 1, '14:30', '14:31', 99)
  await comes('14:36', 3, '14:33', '14:35', 50)
  await comes('14:50', 2, '14:32', '14:32', 50)
  expect(await told()).toEqual([
    '[AMENDED] web-1: Disk /var 14:30 to 14:34, learned 14:50',
    '[WARNING] web-1: Disk /var 99.0 % > 90 %',
    '[RESOLVED] web-1: Disk /var 50.0 % after 5 min',
  ])
})

it('opens again what was told as over, and tells that it fires as a beginning of the same incident', async () => {
  await comes('14:31', 1, '14:30', '14:31', 99)
  await comes('14:36', 3, '14:33', '14:35', 50)
  await comes('14:38', 2, '14:34', '14:34', 99)
  await comes('14:40', 4, '14:36', '14:38', 99)
  expect(await told()).toEqual([
    '[WARNING] web-1: Disk /var 99.0 % > 90 %',
    '[WARNING] web-1: Disk /var 99.0 % > 90 %',
    '[RESOLVED] web-1: Disk /var 50.0 % after 5 min',
  ])
  const incidents = (await mails()).map(({ headers }) => headers.get('x-vitals-incident'))
  expect(new Set(incidents).size).toBe(1)
})
