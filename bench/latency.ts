/**
 * How long it takes from a sample that is bad to the mail about it: an agent of this process, the stack on LocalStack with its
 * own schedule, SES. Functions are processes here: what Lambda takes to start one comes on top.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openBucket } from '../adapters/bucket/open.ts'
import type { Bucket } from '../adapters/bucket/port.ts'
import { systemClock } from '../adapters/clock/system.ts'
import { silentLog } from '../adapters/log/port.ts'
import { openMail } from '../adapters/mail/open.ts'
import { openAgent } from '../agent/open-agent.ts'
import { unpack } from '../core/codec.ts'
import { logPrefix, openNoticesPrefix } from '../core/keys.ts'
import type { NoticeObject } from '../core/notice.ts'
import { parseSettings } from '../core/parse-settings.ts'
import { parseBlock } from '../core/shard/block.ts'
import { localStackEnvironment } from '../infra/localstack/access.ts'
import { type DeployedStack, deployStack } from '../infra/localstack/deploy.ts'
import { ensureInstalled } from '../infra/localstack/install.ts'
import { startLocalStack } from '../infra/localstack/start.ts'

const hosts = 8
/** So that each finds the minute of the schedule at another point. */
const apartMs = 17_000
/** By default alerts of one rule are one group, and what follows the first waits five minutes for others: that is not asked here. */
const vitalsYml = 'routes: [{ to: [default], group: { by: [host, rule, entity], interval: 0s } }]\n'
/** From the root: the stack packs it. */
const vitalsFile = 'dist/latency.yml'
const root = join(import.meta.dirname, '..')
const maxBytes = 2 ** 30
const shared = { MONITOR_MAIL: 'ses', MONITOR_MAIL_FROM: 'vitals@example.com', MONITOR_MAIL_TO: 'ops@example.com' }

export async function benchLatency(): Promise<void> {
  console.log('\nlatency: from a sample to its mail, on LocalStack')
  const directory = mkdtempSync(join(tmpdir(), 'vitals-latency-'))
  const say = (text: string) => console.log(`  ${text}`)
  const python = await ensureInstalled({ env: process.env, say })
  const { url, stop } = await startLocalStack({ python, logPath: join(directory, 'localstack.log') })
  try {
    Object.assign(process.env, localStackEnvironment(url))
    mkdirSync(dirname(join(root, vitalsFile)), { recursive: true })
    writeFileSync(join(root, vitalsFile), vitalsYml)
    // Any disk is fuller than that.
    const settings = { ...shared, MONITOR_DISK_THRESHOLD: '1', MONITOR_VITALS_FILE: vitalsFile }
    const stack = await deployStack({ url, stage: 'latency', settings })
    await measure(stack, { directory, say })
    await tellSes(say)
    await stack.remove({ withData: true })
  } finally {
    await stop()
    rmSync(join(root, vitalsFile), { force: true })
    rmSync(directory, { recursive: true, force: true })
  }
}

interface Measured {
  /** Sample taken -> in the bucket. */
  sendMs: number
  /** In the bucket -> a run of evaluate, by the schedule. */
  scheduleMs: number
  /** The run decides -> the mail is accepted: commit, notice, notify, SES. */
  tellMs: number
}

async function measure(
  stack: DeployedStack,
  { directory, say }: { directory: string; say: (text: string) => void },
): Promise<void> {
  const bucket = await openBucket(stack.bucketUrl)
  const stopping = new AbortController()
  const running: Promise<void>[] = []
  const pushedMs = new Map<string, number>()
  for (let index = 0; index < hosts; index++) {
    const host = `latency-${index}`
    running.push(watchHost(host, { bucket, directory, pushedMs, signal: stopping.signal }))
    await delay(apartMs)
  }
  const measured = await untilMeasured(bucket, pushedMs)
  stopping.abort()
  await Promise.all(running)
  say(`${measured.length} hosts, ${apartMs / 1_000} s apart, batches of five minutes, evaluate every minute`)
  const parts: [string, (one: Measured) => number][] = [
    ['sample taken -> in the bucket (the agent sends at once)', ({ sendMs }) => sendMs],
    ['-> evaluate runs, by its schedule', ({ scheduleMs }) => scheduleMs],
    ['-> committed, notify woken, mail accepted', ({ tellMs }) => tellMs],
    ['sample taken -> mail accepted', ({ sendMs, scheduleMs, tellMs }) => sendMs + scheduleMs + tellMs],
  ]
  for (const [what, of] of parts) {
    const all = measured.map(of).sort((a, b) => a - b)
    const figures = [all[Math.floor(all.length / 2)], all.at(-1)].map(
      (ms = Number.NaN) => `${(ms / 1_000).toFixed(2)} s`,
    )
    say(`${what.padEnd(58)} median ${figures[0]}, at most ${figures[1]}`)
  }
}

/** A real agent. Its first snapshot crosses the threshold. */
function watchHost(
  host: string,
  {
    bucket,
    directory,
    pushedMs,
    signal,
  }: { bucket: Bucket; directory: string; pushedMs: Map<string, number>; signal: AbortSignal },
): Promise<void> {
  const place = join(directory, host)
  const env = {
    MONITOR_HOST: host,
    MONITOR_DATA_DIR: join(place, 'data'),
    MONITOR_LOG_DIR: join(place, 'logs'),
    MONITOR_DISK_THRESHOLD: '1',
  }
  const parsed = parseSettings({ env, hostname: host, timeZone: 'UTC', resolvePath: (path) => path })
  if (!parsed.ok) throw new Error(`the settings of ${host} do not parse`)
  const onPushed = () => {
    if (!pushedMs.has(host)) pushedMs.set(host, Date.now())
  }
  const { settings } = parsed
  return openAgent({ settings, bucket, clock: systemClock, log: silentLog, version: 'bench', onPushed }).run(signal)
}

const giveUpAfterMs = 180_000

/** Once all are told. */
async function untilMeasured(bucket: Bucket, pushedMs: ReadonlyMap<string, number>): Promise<Measured[]> {
  for (const endMs = Date.now() + giveUpAfterMs; ; await delay(1_000)) {
    const sentMs = await sentByHost(bucket)
    if (sentMs.size < hosts && Date.now() < endMs) continue
    const runs = await runsByHost(bucket)
    return [...sentMs].map(([host, sent]): Measured => {
      const { takenMs, runMs } = runs.get(host) ?? { takenMs: Number.NaN, runMs: Number.NaN }
      const pushed = pushedMs.get(host) ?? Number.NaN
      return { sendMs: pushed - takenMs, scheduleMs: runMs - pushed, tellMs: sent - runMs }
    })
  }
}

/** When the first mail about each host was accepted. */
async function sentByHost(bucket: Bucket): Promise<Map<string, number>> {
  const { objects } = await bucket.list(openNoticesPrefix)
  const bodies = await Promise.all(objects.map(async ({ key }) => (await bucket.get(key))?.body))
  const sent = new Map<string, number>()
  for (const body of bodies) {
    const { notice, status } = JSON.parse(Buffer.from(body ?? []).toString('utf8')) as NoticeObject
    if (status.state !== 'sent' || notice.kind !== 'firing') continue
    sent.set(notice.host, Math.min(status.atMs, sent.get(notice.host) ?? Number.POSITIVE_INFINITY))
  }
  return sent
}

/** When the first sample of each host was taken, and the run that took it from the bucket decided. */
async function runsByHost(bucket: Bucket): Promise<Map<string, { takenMs: number; runMs: number }>> {
  const { objects } = await bucket.list(logPrefix('all'))
  const runs = new Map<string, { takenMs: number; runMs: number }>()
  for (const { key } of objects) {
    const object = await bucket.get(key)
    if (!object) continue
    const { header, rows } = parseBlock(unpack(object.body, maxBytes))
    for (const row of rows)
      if (row.kind === 'sample' && !runs.has(row.host)) runs.set(row.host, { takenMs: row.atMs, runMs: header.nowMs })
  }
  return runs
}

/** A mail by itself, through the adapter that notify has. */
async function tellSes(say: (text: string) => void): Promise<void> {
  const env = { ...shared, MONITOR_HOST: 'bench' }
  const parsed = parseSettings({ env, hostname: 'bench', timeZone: 'UTC', resolvePath: (path) => path })
  if (!parsed.ok) throw new Error('the settings of the mail do not parse')
  const mail = await openMail({ settings: parsed.settings })
  const took: number[] = []
  for (let index = 0; index < 10; index++) {
    const startMs = performance.now()
    const words = { id: `bench-${index}`, subject: 'bench', text: 'bench', html: '<p>bench</p>', images: [] }
    await mail.send(words, { signal: AbortSignal.timeout(30_000) })
    took.push(performance.now() - startMs)
  }
  say(`of that a mail to SES alone: median ${Math.round(took.sort((a, b) => a - b)[5] ?? Number.NaN)} ms`)
}
