/** Run by hand when a version is released: keeps a bucket as that version writes it, for all later ones to go on with. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { encodeBatch } from '../../../../core/batch.ts'
import { pack, sha16 } from '../../../../core/codec.ts'
import { inboxKey } from '../../../../core/keys.ts'
import manifest from '../../../../package.json' with { type: 'json' }
import { makeBatch, makeSnapshot, minuteMs, startMs } from '../../../make.ts'
import { livedBucket } from './older-functions.ts'

const directory = join(import.meta.dirname, '../../../fixtures/buckets', manifest.version)
const bucket = await livedBucket()
// As agents sent it before there was a dictionary.
const records = [makeSnapshot({ atMs: startMs + 90 * minuteMs })]
const plain = pack(encodeBatch(makeBatch({ host: 'web-2', records })))
await bucket.put(inboxKey({ host: 'web-2', stream: 'a'.repeat(16), seq: 1, sha16: sha16(plain) }), plain)
for (const key of bucket.etags().keys()) {
  const path = join(directory, key)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, (await bucket.get(key))?.body ?? '')
}
