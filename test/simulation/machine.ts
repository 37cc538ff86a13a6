/**
 * A simulated machine with the real spool and the real shipper. Its disk outlives a crash; its process does not.
 */
import type { Bucket } from '../../adapters/bucket/port.ts'
import { silentLog } from '../../adapters/log/port.ts'
import { createShipper } from '../../agent/ship/ship.ts'
import { openSpool, type Spool } from '../../agent/spool/spool.ts'
import { checkSubject } from '../../core/alerts/finding.ts'
import type { BatchRecord, ClockReading } from '../../core/batch.ts'
import type { Snapshot } from '../../core/snapshot.ts'
import { makeSnapshot, minuteMs } from '../make.ts'
import { type Actor, noFaults } from './faults.ts'
import type { Ledger } from './ledger.ts'
import { type Disk, memoryStorage } from './memory-storage.ts'
import type { Scheduler } from './scheduler.ts'
import type { Observed } from './story.ts'

/** Room for some five batches: a bucket that is away for longer makes the spool drop its oldest. */
const spoolMaxBytes = 2_000

interface Process {
  spool: Spool
  stream: string
  /** Of the batch that is being collected. */
  seq: number
  clock?: ClockReading
}

export interface MachineOptions {
  name: string
  ledger: Ledger
  scheduler: Scheduler
  /** Of its first process; another machine may have the same, if it is a copy. */
  stream?: string
}

export class Machine {
  readonly name: string
  readonly #ledger: Ledger
  readonly #scheduler: Scheduler
  readonly #bootId: string
  readonly #bootedAtMs: number
  readonly #disk: Disk = new Map()
  #nextStream: string
  #process: Process | undefined
  #skewMs = 0
  /** Who works here now. */
  #actor: Actor = { name: '', rates: noFaults }

  constructor({ name, ledger, scheduler, stream }: MachineOptions) {
    this.name = name
    this.#ledger = ledger
    this.#scheduler = scheduler
    this.#bootId = scheduler.hex(4)
    this.#bootedAtMs = scheduler.now() - 3_600_000
    this.#nextStream = stream ?? scheduler.hex(8)
  }

  /** Goes on under the same stream, as a running machine does that was copied. */
  clone(): Machine {
    const stream = this.#process?.stream ?? this.#nextStream
    this.#ledger.cloned(stream)
    return new Machine({ name: this.name, ledger: this.#ledger, scheduler: this.#scheduler, stream })
  }

  /** The process ends without a word. The next one finds what is on the disk. */
  kill(): void {
    this.#process = undefined
  }

  setClock(skewMs: number): void {
    this.#skewMs = skewMs
  }

  /** A process of this machine at work; if it dies at it, the next `work` starts another. */
  async work(actor: Actor, act: (spool: Spool) => Promise<void>): Promise<void> {
    this.#actor = actor
    let isAlive = false
    this.#scheduler.onEnd(() => {
      if (!isAlive) this.kill()
    })
    const process = this.#process ?? (await this.#start())
    await act(process.spool)
    isAlive = true
  }

  async sample(spool: Spool, { cpuPercent, memoryPercent, diskPercent, check }: Observed): Promise<void> {
    const process = this.#running()
    const trueMs = this.#scheduler.now()
    const id = this.#ledger.take({ host: this.name, trueMs, isDated: this.#skewMs === 0 }, process)
    const snapshot = makeSnapshot({
      atMs: Math.max(0, trueMs + this.#skewMs),
      sinceBootMs: trueMs - this.#bootedAtMs,
      bootId: this.#bootId,
      cpuPercent,
      disks: [['/', diskPercent]],
      memory: { totalBytes: id, usedPercent: memoryPercent },
      ...toldBy(check),
    })
    await spool.add(snapshot)
    this.#ledger.accept(id)
  }

  async sayGoodbye(spool: Spool): Promise<void> {
    await spool.add({ kind: 'goodbye', observedAtMs: Math.max(0, this.#scheduler.now() + this.#skewMs) })
  }

  /** A process of 20 days ago left this on the disk. */
  leaveOldSegment(): void {
    const trueMs = this.#scheduler.now() - 20 * 86_400_000
    const stream = this.#scheduler.hex(8)
    const id = this.#ledger.take({ host: this.name, trueMs, isDated: true }, { stream, seq: 1 })
    const snapshot: BatchRecord = makeSnapshot({ atMs: trueMs, memory: { totalBytes: id }, disks: [['/', 99]] })
    this.#disk.set(`open-${stream}-000000000001.ndjson`, Buffer.from(`${JSON.stringify(snapshot)}\n`))
    this.#ledger.accept(id)
    this.kill()
  }

  async seal(spool: Spool): Promise<void> {
    const process = this.#running()
    const isEmpty = spool.stats().openRecords === 0
    await spool.seal({
      host: this.name,
      agentVersion: '1.0.0',
      shipEveryMs: minuteMs,
      facts: {},
      ...(process.clock ? { clock: process.clock } : {}),
    })
    if (process.clock) this.#ledger.date(process)
    if (!isEmpty) process.seq += 1
  }

  /** What the shipper sends first when much has piled up; what was taken before comes late. */
  async shipNewest(spool: Spool, bucket: Bucket): Promise<void> {
    const newest = spool.batches().at(-1)
    const file = newest && (await spool.read(newest))
    if (!newest || !file) return
    await bucket.put(file.key, file.body, { ifAbsent: true })
    await spool.sent(newest)
  }

  async ship(spool: Spool, bucket: Bucket): Promise<void> {
    const scheduler = this.#scheduler
    const onPushed = ({ storeAtMs }: { storeAtMs?: number }) => {
      const sinceBootMs = scheduler.now() - this.#bootedAtMs
      if (this.#process && storeAtMs !== undefined)
        this.#process.clock = { bootId: this.#bootId, sinceBootMs, storeAtMs }
    }
    const shipper = createShipper({ spool, bucket, clock: scheduler, random: scheduler, log: silentLog, onPushed })
    await shipper.flush(new AbortController().signal)
  }

  #running(): Process {
    if (!this.#process) throw new Error(`${this.name}: no process is running`)
    return this.#process
  }

  async #start(): Promise<Process> {
    const stream = this.#nextStream
    this.#nextStream = this.#scheduler.hex(8)
    const spool = await openSpool({
      storage: memoryStorage(this.#disk, { scheduler: this.#scheduler, actor: () => this.#actor }),
      stream,
      maxBytes: spoolMaxBytes,
      maxAgeMs: 30 * 86_400_000,
      clock: this.#scheduler,
      log: silentLog,
    })
    this.#process = { spool, stream, seq: 1 }
    return this.#process
  }
}

const checkName = 'own'

function toldBy(check: Observed['check']): Pick<Snapshot, 'findings' | 'unavailable'> {
  const finding = { check: checkName, severity: 'critical', message: 'it is wrong' } as const
  switch (check) {
    case 'quiet':
      return {}
    case 'finds':
      return { findings: [finding] }
    case 'finds-another':
      return { findings: [{ ...finding, subject: 'another' }] }
    case 'fails':
      return { unavailable: { [checkSubject(checkName)]: 'it threw' } }
  }
}
