/** For each test a workplace, asked by the command line alone, to which a host sends what the test says. */
import { afterEach, beforeEach } from 'vitest'
import { openBucket } from '../../adapters/bucket/open.ts'
import type { BatchRecord } from '../../core/batch.ts'
import { makeBatch, makeInboxObject } from '../make.ts'
import { makeWorkplace, run, type Workplace } from './vitals.ts'

export interface ByCommand {
  readonly workplace: Workplace
  /** Its exit status, a space, and what it printed. */
  vitals(...args: string[]): Promise<string>
  send(seq: number, records: BatchRecord[]): Promise<void>
}

/** `host`: who sends; as makeBatch has it where nothing is said. */
export function byCommand({ host }: { host?: string } = {}): ByCommand {
  let workplace: Workplace
  beforeEach(async () => {
    workplace = await makeWorkplace()
  })
  afterEach(() => workplace.clear())
  return {
    get workplace() {
      return workplace
    },
    vitals: async (...args) => {
      const { code, output } = await run(args, workplace)
      return `${code} ${output}`
    },
    send: async (seq, records) => {
      const bucket = await openBucket(workplace.bucketUrl)
      const { key, body } = makeInboxObject(makeBatch({ seq, records, ...(host === undefined ? {} : { host }) }))
      await bucket.put(key, body, { ifAbsent: true })
    },
  }
}
