/** Each kind of object that says its version, as a newer Vitals may have written it. */
import type { Bucket } from '../../../../adapters/bucket/port.ts'
import { pack, unpack, unpackBytes } from '../../../../core/codec.ts'
import { controlKey, lakeKey, lakeTables, slotKey, stateKey } from '../../../../core/keys.ts'
import { rollupKey, rollupProgressKey } from '../../../../core/rollup/rollup-keys.ts'
import { startMs } from '../../../make.ts'
import { type Acting, slot } from './older-functions.ts'

/** What a newer version looks like but for its number: the same with more, or nothing that is known here. */
export interface Newer {
  version: number
  like: 'the same' | 'nothing known'
}

export interface NewerKind {
  kind: string
  /** Of this build. */
  known: number
  keys(bucket: Bucket): Promise<string[]>
  newer(body: Uint8Array, newer: Newer): Promise<Uint8Array>
  /** Those that read or would overwrite it. */
  met: Acting[]
  /** What is found out only after something else was written; it can be done again. */
  after?: RegExp
}

const maxBytes = 1 << 20

function newerJson(text: string, { version, like }: Newer): string {
  const rest = like === 'the same' ? (JSON.parse(text) as object) : { later: [{ shape: 'of a later day' }] }
  return JSON.stringify({ ...rest, v: version, more: true })
}

const json = async (body: Uint8Array, newer: Newer) => Buffer.from(newerJson(Buffer.from(body).toString(), newer))
const packedJson = async (body: Uint8Array, newer: Newer) => pack(newerJson(unpack(body, maxBytes), newer))
const at =
  (...keys: string[]) =>
  async () =>
    keys
const below = (prefix: string) => async (bucket: Bucket) => (await bucket.list(prefix)).objects.map(({ key }) => key)

/** The header is its first line. */
async function newerBlock(body: Uint8Array, newer: Newer): Promise<Uint8Array> {
  const [header = '', ...rows] = unpack(body, maxBytes).split('\n')
  return pack([newerJson(header, newer), ...(newer.like === 'the same' ? rows : [])].join('\n'))
}

/** In the footer: the key, two bytes of its encoding, and a digit. */
async function newerParquet(body: Uint8Array, { version }: Newer): Promise<Uint8Array> {
  const bytes = Buffer.from(body)
  const name = 'vitals.version'
  const digit = bytes.indexOf(name) + name.length + 2
  if (bytes.toString('latin1', digit, digit + 1) !== '1') throw new Error('the footer has its version elsewhere')
  bytes.write(String(version), digit, 'latin1')
  return bytes
}

async function newerRollup(body: Uint8Array, { version }: Newer): Promise<Uint8Array> {
  const bytes = Buffer.from(await unpackBytes(body, maxBytes))
  const digit = bytes.indexOf('"v":4') + '"v":'.length
  bytes.write(String(version), digit, 'latin1')
  return pack(bytes)
}

/** After the four letters of its mark. */
async function newerContainer(body: Uint8Array, { version }: Newer): Promise<Uint8Array> {
  const bytes = Buffer.from(await unpackBytes(body, maxBytes))
  bytes[4] = version
  return pack(bytes)
}

const rollups = (['5m', '1h', '1d'] as const).map((resolution) => ({
  resolution,
  key: rollupKey(resolution, 'all', startMs),
}))
/** What a newer rollup is made of: the lake has its rows by then, once. */
const lake = /^lake\//
const lakeAndShorter = /^(?:lake|rollups\/v1\/(?:5m|1h))\//

export const newerKinds: readonly NewerKind[] = [
  { kind: 'state', known: 1, keys: at(stateKey('all')), newer: packedJson, met: ['evaluate', 'rollup'] },
  { kind: 'blocks of the log', known: 1, keys: below('log/'), newer: newerBlock, met: ['rollup'] },
  { kind: 'what operators say', known: 1, keys: at(controlKey), newer: json, met: ['say'] },
  { kind: 'a notice', known: 1, keys: below('notices/v1/open/'), newer: json, met: ['notify'] },
  { kind: 'the progress of rollup', known: 1, keys: at(rollupProgressKey('all')), newer: json, met: ['rollup'] },
  {
    kind: 'the lake',
    known: 1,
    keys: at(...lakeTables.map((table) => lakeKey(table, 'all', startMs))),
    newer: newerParquet,
    met: ['rollup'],
  },
  ...rollups.flatMap(({ resolution, key }): NewerKind[] => [
    {
      kind: `rollups of ${resolution}`,
      known: 4,
      keys: at(key),
      newer: newerRollup,
      met: ['rollup'],
      after: resolution === '5m' ? lake : lakeAndShorter,
    },
    {
      kind: `columns of ${resolution}`,
      known: 1,
      keys: at(key),
      newer: newerContainer,
      met: ['rollup'],
      after: resolution === '5m' ? lake : lakeAndShorter,
    },
  ]),
  { kind: 'the slot of a report', known: 1, keys: at(slotKey(slot)), newer: json, met: ['report'] },
  { kind: 'the list of reports', known: 1, keys: at('site/reports/index.json'), newer: json, met: ['enter'] },
]
