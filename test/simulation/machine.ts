/**
 * A simulated machine with an agent. What is in `disk` outlives a crash; what is in `process` does not.
 */
import { type Bucket, BucketError } from '../../adapters/bucket/port.ts'
import type { AgentGap, BatchRecord, ClockReading } from '../../core/batch.ts'
import { makeBatch, makeInboxObject, makeSnapshot } from '../make.ts'
import type { Ledger } from './ledger.ts'
import type { Scheduler } from './scheduler.ts'

interface SpooledBatch {
  key: string
  body: Uint8Array
  stream: string
  seq: number
  ids: number[]
  gaps: AgentGap[]
}

export class Machine {
  readonly name: string
  readonly #ledger: Ledger
  readonly #scheduler: Scheduler
  readonly #bootId: string
  readonly #bootedAtMs: number
  #disk: { spool: SpooledBatch[]; gaps: AgentGap[] } = { spool: [], gaps: [] }
  #process: { stream: string; seq: number; clock?: ClockReading }
  #skewMs = 0

  constructor({ name, ledger, scheduler }: { name: string; ledger: Ledger; scheduler: Scheduler }) {
    this.name = name
    this.#ledger = ledger
    this.#scheduler = scheduler
    this.#bootId = scheduler.hex(4)
    this.#bootedAtMs = scheduler.now() - 3_600_000
    this.#process = { stream: scheduler.hex(8), seq: 0 }
  }

  /** Disk, memory and identity: everything goes on in both. */
  clone(): Machine {
    const copy = new Machine({ name: this.name, ledger: this.#ledger, scheduler: this.#scheduler })
    copy.#disk = { spool: [...this.#disk.spool], gaps: [] }
    copy.#process = { ...this.#process }
    copy.#skewMs = this.#skewMs
    return copy
  }

  restart(): void {
    this.#process = { stream: this.#scheduler.hex(8), seq: 0 }
  }

  setClock(skewMs: number): void {
    this.#skewMs = skewMs
  }

  sample(diskPercent: number): void {
    const trueMs = this.#scheduler.now()
    const isDateKnown = this.#skewMs === 0 || this.#process.clock?.bootId === this.#bootId
    const id = this.#ledger.accept({ host: this.name, ...(isDateKnown ? { trueMs } : {}) })
    const snapshot = makeSnapshot({
      atMs: Math.max(0, trueMs + this.#skewMs),
      sinceBootMs: trueMs - this.#bootedAtMs,
      bootId: this.#bootId,
      disks: [['/', diskPercent]],
      memory: { totalBytes: id },
    })
    this.#spool([snapshot], [id])
  }

  /** A batch that another process of this host left 20 days ago. */
  leaveLateBatch(): void {
    const trueMs = this.#scheduler.now() - 20 * 86_400_000
    const id = this.#ledger.accept({ host: this.name, trueMs })
    const records = [makeSnapshot({ atMs: trueMs, memory: { totalBytes: id }, disks: [['/', 99]] })]
    const stream = this.#scheduler.hex(8)
    const { key, body } = makeInboxObject(makeBatch({ host: this.name, stream, seq: 1, records }))
    this.#disk.spool.push({ key, body, stream, seq: 1, ids: [id], gaps: [] })
  }

  sayGoodbye(): void {
    this.#spool([{ kind: 'goodbye', observedAtMs: Math.max(0, this.#scheduler.now() + this.#skewMs) }], [])
  }

  /** The spool was full. The loss is written down before the batch goes. */
  dropOldest(): void {
    const [oldest, ...rest] = this.#disk.spool
    if (!oldest) return
    const { stream, seq, ids, gaps } = oldest
    const reason = this.#ledger.drop(ids)
    const atMs = this.#scheduler.now()
    const lost = { stream, fromSeq: seq, toSeq: seq }
    // What it had to tell of earlier losses is told by the next one.
    this.#disk.gaps.push(...gaps, { kind: 'gap', fromMs: atMs, toMs: atMs, snapshots: ids.length, reason, lost })
    this.#disk.spool = rest
  }

  /** Gaps are sent with the next batch; these have none yet. */
  gapsNotYetSpooled(): string[] {
    return this.#disk.gaps.map(({ reason }) => reason)
  }

  async ship(bucket: Bucket): Promise<void> {
    const order = this.#scheduler.fraction() < 0.5 ? this.#disk.spool : this.#disk.spool.toReversed()
    for (const batch of [...order]) {
      try {
        const { storeAtMs } = await bucket.put(batch.key, batch.body, { ifAbsent: true })
        if (storeAtMs !== undefined) this.#readClock(storeAtMs)
      } catch (error) {
        if (!(error instanceof BucketError)) throw error
        return
      }
      this.#disk.spool = this.#disk.spool.filter((other) => other !== batch)
    }
  }

  #spool(records: BatchRecord[], ids: number[]): void {
    const { stream, clock } = this.#process
    const seq = ++this.#process.seq
    const gaps = this.#disk.gaps.splice(0)
    const batch = makeBatch({
      host: this.name,
      stream,
      seq,
      records: [...gaps, ...records],
      ...(clock ? { clock } : {}),
    })
    const { key, body } = makeInboxObject(batch)
    this.#disk.spool.push({ key, body, stream, seq, ids, gaps })
  }

  #readClock(storeAtMs: number): void {
    const sinceBootMs = this.#scheduler.now() - this.#bootedAtMs
    this.#process.clock = { bootId: this.#bootId, sinceBootMs, storeAtMs }
  }
}
