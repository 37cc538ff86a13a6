/** The monitor: what a program has that watches its host by itself. */
import { EventEmitter } from 'node:events'
import { backgroundClock, systemClock } from '../adapters/clock/system.ts'
import type { Log } from '../adapters/log/port.ts'
import { localThresholds } from '../core/alerts/default-rules.ts'
import { thresholdFindings } from '../core/alerts/threshold-findings.ts'
import type { Settings } from '../core/settings.ts'
import type { Snapshot } from '../core/snapshot.ts'
import type { Functions } from '../embedded/functions.ts'
import { openChecks } from './checks.ts'
import type { Check, Finding } from './findings.ts'
import { functionsOpener } from './functions.ts'
import { createLifecycle } from './lifecycle.ts'
import { logOfTroubles } from './log.ts'
import { type MonitorOptions, settingsOfOptions } from './options.ts'
import { createSnapshotQueue, type Reading, type SnapshotQueue } from './queue.ts'
import type { Session } from './session.ts'

/** Events of a monitor, and what their listeners get. */
export interface MonitorEvents {
  /** One more snapshot is in the spool. */
  snapshot: [snapshot: Snapshot]
  /** It runs no more; with an error, when it ended by itself. */
  stopped: [error?: Error]
}

/** Which hosts a report is about, and where its files go. */
export interface ReportOptions {
  /** Default: all of the bucket. */
  hosts?: readonly string[]
  /** Default: the monitor's log directory. */
  directory?: string
}

/** How many snapshots wait for a slow reader. */
export interface SnapshotsOptions {
  /** The oldest is dropped when there is one more. Default: 100. */
  limit?: number
}

const defaultLimit = 100
/** A start waits no longer for the first snapshot. */
const firstSnapshotMs = 10_000

/**
 * Watches this host: takes a snapshot each interval, keeps it on disk until the bucket has it, writes the logs and, where
 * the bucket is a directory, decides about alerts, mails and reports as well. Nothing happens before `start()`.
 *
 *     const monitor = new SystemMonitor({ intervalSeconds: 10 })
 *     await monitor.start()
 *     console.log(monitor.latestMetrics()?.cpu.percent)
 *     await monitor.stop()
 */
export class SystemMonitor extends EventEmitter<MonitorEvents> implements AsyncIterable<Reading>, AsyncDisposable {
  readonly #options: MonitorOptions
  readonly #settings: Settings
  readonly #log: Log
  readonly #queues = new Set<SnapshotQueue>()
  /** What `checkThresholds` of this class found: rules make alerts of that already. */
  readonly #byRules = new WeakSet<Finding>()
  readonly #life = createLifecycle({ open: () => this.#open(), onEnded: (error) => this.#ended(error) })
  readonly #openFunctions: () => Promise<Functions>
  #latest: Snapshot | undefined

  /** Throws a `SettingsError` that names everything that is wrong with options and environment. */
  constructor(options: MonitorOptions = {}) {
    super()
    this.#options = options
    this.#settings = settingsOfOptions(options, process.env)
    this.#log = options.log ?? logOfTroubles(this.#settings.timeZone)
    this.#openFunctions = functionsOpener({ settings: this.#settings, log: this.#log })
  }

  /**
   * Resolves once the first snapshot was taken, some half a second later. Rejects when the bucket can't be used, or when
   * another monitor has the data directory. On one that runs it changes nothing.
   */
  start(): Promise<void> {
    return this.#life.start()
  }

  /**
   * Finishes the snapshot at hand, sends what is open and says goodbye, so that nobody is told that the host is down;
   * takes some three seconds at most. Whoever reads snapshots comes to their end. On one that doesn't run it does nothing.
   */
  stop(): Promise<void> {
    return this.#life.stop()
  }

  /** The newest snapshot, findings of checks included; undefined before the first. A copy of what was sent. */
  latestMetrics(): Snapshot | undefined {
    return this.#latest
  }

  /**
   * Snapshots from now on, in a queue of their own: `for await (const { snapshot, missed } of monitor.snapshots())`. One
   * who reads slower than they come gets the newest `limit`, and is told with the next how many were dropped before it.
   */
  snapshots({ limit = defaultLimit }: SnapshotsOptions = {}): AsyncIterableIterator<Reading, undefined> {
    if (!Number.isSafeInteger(limit) || limit < 1)
      throw new RangeError(`snapshots: limit ${limit}: expected a whole number from 1 on`)
    const queue = createSnapshotQueue({ limit, onLeft: () => this.#queues.delete(queue) })
    this.#queues.add(queue)
    return queue.readings
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Reading, undefined> {
    return this.snapshots()
  }

  /**
   * What is wrong by one snapshot: here what stands above its threshold. A subclass adds what it finds itself, which then
   * travels in the snapshot and becomes an alert; of what stands above a threshold the rules make alerts, with their
   * windows, whether or not this finds it.
   */
  checkThresholds(metrics: Snapshot): Finding[] {
    const found = thresholdFindings(metrics, localThresholds(this.#settings))
    for (const finding of found) this.#byRules.add(finding)
    return found
  }

  /**
   * A report of the time from `from` to `to` (now, if left out) over all that the bucket knows, as files: resolves to the
   * path of its page. The monitor need not run. Its directory of logs has the report that was made last.
   */
  async generateReport(
    from: Date | number,
    to: Date | number = new Date(),
    { hosts, directory = this.#settings.logDir }: ReportOptions = {},
  ): Promise<string> {
    const [{ parseRequest }, { writeReport }] = await Promise.all([
      import('../functions/report/handler.ts'),
      import('../embedded/report-files.ts'),
    ])
    const period = { fromMs: Number(from), toMs: Number(to) }
    const request = parseRequest({ ...period, ...(hosts ? { hosts: [...hosts] } : {}) }, systemClock.now())
    const functions = await this.#openFunctions()
    if (this.#decidesHere) await (this.#life.session()?.evaluate() ?? functions.evaluate({}))
    const { page } = await writeReport({ functions, request, directory })
    return page
  }

  /** As `stop()`: for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  get #decidesHere(): boolean {
    return this.#options.functions ?? this.#settings.bucketUrl.startsWith('file:')
  }

  get #keepAlive(): boolean {
    return this.#options.keepAlive ?? true
  }

  async #open(): Promise<Session> {
    const { startSession } = await import('./session.ts')
    const settings = this.#settings
    const log = this.#log
    const clock = this.#keepAlive ? systemClock : backgroundClock
    const checks = openChecks({ ...this.#ownCheck(), checks: this.#options.checks ?? [], settings, clock, log })
    const first = Promise.withResolvers<void>()
    const session = await startSession({
      settings,
      ...(this.#decidesHere ? { functions: await this.#openFunctions() } : {}),
      ...(checks ? { checks } : {}),
      observer: {
        name: 'the program',
        observe: ({ snapshot }) => {
          first.resolve()
          this.#publish(structuredClone(snapshot))
        },
      },
      clock,
      keepAlive: this.#keepAlive,
      log,
    })
    const waited = new AbortController()
    const late = systemClock.sleep(firstSnapshotMs, waited.signal)
    await Promise.race([first.promise, session.ended, late]).finally(() => waited.abort())
    if (!this.#keepAlive) process.once('beforeExit', this.#stopAtEnd)
    return session
  }

  #ended(error?: Error): void {
    process.removeListener('beforeExit', this.#stopAtEnd)
    for (const queue of this.#queues) queue.end()
    this.#queues.clear()
    if (!error) return void this.emit('stopped')
    this.#log.error('the monitor has ended', { reason: error.message })
    this.emit('stopped', error)
  }

  /** A process that nothing keeps alive any more says goodbye before it ends. */
  readonly #stopAtEnd = (): void => {
    this.stop().catch((error: Error) => this.#log.error('the monitor could not be stopped', { reason: error.message }))
  }

  #publish(snapshot: Snapshot): void {
    this.#latest = snapshot
    for (const queue of this.#queues) queue.push(snapshot)
    this.emit('snapshot', snapshot)
  }

  /** `checkThresholds` of a subclass, without what the rules make alerts of. */
  #ownCheck(): { own?: Check } {
    if (this.checkThresholds === SystemMonitor.prototype.checkThresholds) return {}
    return {
      own: async (metrics) => {
        const found = await this.checkThresholds(metrics)
        return Array.isArray(found) ? found.filter((finding) => !this.#byRules.has(finding)) : found
      },
    }
  }
}
