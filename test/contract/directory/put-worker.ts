/**
 * Puts until it is killed: `put-worker.ts <url> <key> <first number>`. A line on stdout, written before the next put
 * begins, says which put was answered.
 */
import { writeSync } from 'node:fs'
import { openBucket } from '../../../adapters/bucket/open.ts'
import { numberedBody } from './numbered-body.ts'

const [, , url = '', key = '', first = ''] = process.argv
const bucket = await openBucket(url)
let etag = (await bucket.get(key))?.etag
for (let number = Number(first); ; number++) {
  const condition = etag === undefined ? { ifAbsent: true as const } : { ifMatches: etag }
  const result = await bucket.put(key, numberedBody(number), condition)
  if (result.outcome === 'lost') throw new Error(`put ${number} was lost, and nobody else puts`)
  etag = result.etag
  writeSync(1, `${number}\n`)
}
