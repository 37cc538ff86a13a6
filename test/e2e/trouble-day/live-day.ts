/** The day, lived by the embedded default: its own functions on a directory, by a clock that goes on minute by minute. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bucket } from '../../../adapters/bucket/port.ts'
import { systemClock } from '../../../adapters/clock/system.ts'
import { changeControl } from '../../../adapters/control/control.ts'
import { silentLog } from '../../../adapters/log/port.ts'
import { plainLinks } from '../../../core/link.ts'
import type { NoticeObject } from '../../../core/notice.ts'
import { parseSettings } from '../../../core/parse-settings.ts'
import type { Settings } from '../../../core/settings.ts'
import { withSilence } from '../../../core/telling/control.ts'
import { composeFunctions, type Functions } from '../../../embedded/functions.ts'
import { createHandler as createOpen } from '../../../functions/open/handler.ts'
import { makeInboxObject, minuteMs } from '../../make.ts'
import { at, createAgent, dayStartMs, hosts, isCutOff, isStoreAway, minutesOfDay } from './day.ts'

export const vitalsYml = `
overrides:
  - { where: { hosts: ["*"] }, rule: disk, set: { critical: 95 } }
  - { where: { tags: ["role=batch"] }, rule: memory, set: { window: 0s, flap: { times: 3, within: 1h, calm: 30m } } }
receivers:
  - { name: pager, type: file, directory: PAGER }
routes:
  - { match: { severity: critical }, to: [pager], group: { by: [host], interval: 0s }, continue: true }
  - { to: [default], group: { by: [rule, host], interval: 0s } }
maintenance:
  - { name: backup, match: { hosts: ["db-*"], rules: [cpu] }, every: day, from: "02:00", to: "03:00", timeZone: UTC }
`

/** Pages are looked at in these minutes. */
const lookAt = ['03:30', '09:40', '11:20', '17:15', '20:10', '23:59']

export interface LivedDay {
  directory: string
  notices: NoticeObject[]
  /** The status page, by the time of day. */
  pages: Map<string, string>
  clear(): Promise<void>
}

export async function liveDay(): Promise<LivedDay> {
  const directory = await mkdtemp(join(tmpdir(), 'vitals-day-'))
  await writeFile(join(directory, 'vitals.yml'), vitalsYml.replace('PAGER', join(directory, 'pager')))
  let nowMs = dayStartMs
  const clock = { now: () => nowMs, monotonicMs: () => nowMs - dayStartMs, sleep: systemClock.sleep }
  const settings = settingsIn(directory)
  const bucketPath = join(directory, 'data', 'bucket')
  const functions = await composeFunctions({ settings, env: {}, log: silentLog, clock })
  const agents = hosts.map((host) => ({ host, agent: createAgent(host) }))
  const pages = new Map<string, string>()
  for (let minute = 0; minute < minutesOfDay; minute++) {
    nowMs = dayStartMs + minute * minuteMs
    if (isStoreAway(minute) && !isStoreAway(minute - 1)) await takeAway(bucketPath)
    if (!isStoreAway(minute) && isStoreAway(minute - 1)) await giveBack(bucketPath)
    for (const { host, agent } of agents) {
      for (const batch of agent.minute(minute, !isStoreAway(minute) && !isCutOff(host, minute))) {
        const { key, body } = makeInboxObject(batch)
        await functions.bucket.put(key, body, { ifAbsent: true })
      }
    }
    if (minute === at('21:00')) await silence(functions.bucket, nowMs)
    nowMs += minuteMs / 2
    await runFunctions(functions, minute)
    const time = new Date(nowMs).toISOString().slice(11, 16)
    if (lookAt.includes(time)) pages.set(time, await statusPage(functions, settings, nowMs))
  }
  return {
    directory,
    notices: await readNotices(functions.bucket),
    pages,
    clear: () => rm(directory, { recursive: true }),
  }
}

/** As the schedules have it: evaluate each minute, which wakes notify; what fails is done by the next one. */
async function runFunctions(functions: Functions, minute: number): Promise<void> {
  try {
    const outcomes = await functions.evaluate({})
    if (outcomes.some((one) => one.outcome === 'committed' && one.notices > 0) || minute % 5 === 0)
      await functions.notify({ linkTo: plainLinks('http://127.0.0.1:9090') })
  } catch (error) {
    if (!isStoreAway(minute)) throw error
  }
}

function settingsIn(directory: string): Settings {
  const env = {
    MONITOR_DATA_DIR: 'data',
    MONITOR_LOG_DIR: 'logs',
    MONITOR_VITALS_FILE: join(directory, 'vitals.yml'),
    MONITOR_MAIL_TO: 'oncall@example.com',
  }
  const parsed = parseSettings({ env, hostname: 'hub', timeZone: 'UTC', resolvePath: (path) => join(directory, path) })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed))
  return parsed.settings
}

/** A file lies where the directory was: every call fails. */
async function takeAway(path: string): Promise<void> {
  await rename(path, `${path}.away`)
  await writeFile(path, '')
}

async function giveBack(path: string): Promise<void> {
  await rm(path)
  await rename(`${path}.away`, path)
}

async function silence(bucket: Bucket, nowMs: number): Promise<void> {
  const match = { hosts: ['web-1'], rules: ['cpu'] }
  const untilMs = nowMs + 60 * minuteMs
  const said = { id: '0a1b2c3d', match, fromMs: nowMs, untilMs, by: 'ops', comment: 'load test', createdAtMs: nowMs }
  await changeControl(bucket, (control) => withSilence(control, said))
}

async function statusPage({ bucket, shards, mail }: Functions, { timeZone }: Settings, nowMs: number): Promise<string> {
  const clock = { ...systemClock, now: () => nowMs }
  const open = createOpen({
    bucket,
    shards,
    access: 'everyone',
    linkKeys: [],
    clock,
    random: { fraction: () => 0, hex: () => '' },
    log: silentLog,
    timeZone,
    notifier: mail,
    hrefTo: (path) => `/${path}`,
  })
  const { body } = await open({ method: 'GET', path: '/', query: {}, headers: {}, body: new Uint8Array() })
  return Buffer.from(body).toString('utf8')
}

async function readNotices(bucket: Bucket): Promise<NoticeObject[]> {
  const { objects } = await bucket.list('notices/v1/')
  const read = await Promise.all(objects.map(({ key }) => bucket.get(key)))
  return read.map((object) => JSON.parse(Buffer.from(object?.body ?? []).toString('utf8')) as NoticeObject)
}
