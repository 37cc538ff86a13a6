import { tmpdir } from 'node:os'
import type { DuckDBValue } from '@duckdb/node-api'
import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { systemClock } from '../../adapters/clock/system.ts'
import type { Selected } from '../../adapters/duckdb/run.ts'
import { formatNumber } from '../../core/view/format.ts'
import { ReportedFailure, UsageError } from '../errors.ts'
import { readRange } from '../lake/period.ts'
import { type Sink, streamSink } from '../lake/sink.ts'
import { type CsvCell, csvLine, jsonLine } from '../lake/visible.ts'
import type { Parsed } from '../options.ts'
import { queryLake } from '../query/query.ts'
import { pageLines } from '../query/text.ts'
import { jsonOf, textOf } from '../query/values.ts'
import { readerGone } from '../reader-gone.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'

const formats = ['table', 'json', 'csv'] as const
type Format = (typeof formats)[number]

/** Shown to a person at a terminal; a pipe gets all. */
const rowsForPeople = 200

/** SQL over the lake. A damaged file is told and left out; then the exit status is 1. */
export async function runQuery({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const format = formatOf(parsed)
  const range = readRange(parsed, settings.timeZone, systemClock.now())
  const { bucket, shardCount } = await openLaidOutBucket(settings)
  const log = terminal.createLog('stderr', settings.timeZone)
  const gone = readerGone()
  const signal = AbortSignal.any([terminal.stopSignal(), gone])
  const sink = streamSink(process.stdout)
  let hasDamage = false
  try {
    await queryLake(
      {
        bucket,
        shardCount,
        range,
        signal,
        temporaryDirectory: tmpdir(),
        sql: parsed.operand ?? '',
        onProgress: (text) => terminal.progress(text),
        onDamaged: ({ key, reason }) => {
          hasDamage = true
          log.warn('a file of the lake is damaged and left out', { key, reason })
        },
      },
      (selected) => print[format](selected, { terminal, sink, signal }),
    )
    await sink.finish()
  } catch (error) {
    if (gone.aborted) return
    throw error
  }
  if (hasDamage) throw new ReportedFailure()
}

function formatOf({ values }: Parsed): Format {
  const [given = values.json ? 'json' : 'table'] = values.format ?? []
  const found = formats.find((one) => one === given)
  if (!found) throw new UsageError(`--format ${given}: expected one of ${formats.join(', ')}`)
  if (values.json && found !== 'json') throw new UsageError(`--json and --format ${found}: expected one of them`)
  return found
}

interface Output {
  terminal: Terminal
  sink: Sink
  signal: AbortSignal
}

const print: Record<Format, (selected: Selected, output: Output) => Promise<void>> = {
  json: async ({ columns, chunks }, { sink, signal }) => {
    for await (const rows of chunks()) {
      signal.throwIfAborted()
      const fieldsOf = (row: readonly DuckDBValue[]) => columns.map((name, at) => [name, jsonOf(row[at] ?? null)])
      await sink.write(rows.map((row) => `${jsonLine(Object.fromEntries(fieldsOf(row)))}\n`).join(''))
    }
  },
  csv: async ({ columns, chunks }, { sink, signal }) => {
    await sink.write(csvLine(columns.map((text) => ({ text }))))
    for await (const rows of chunks()) {
      signal.throwIfAborted()
      await sink.write(rows.map((row) => csvLine(row.map(csvOf))).join(''))
    }
  },
  table: async ({ columns, rows: count, chunks }, { sink, signal, terminal }) => {
    const { isForPeople, colour } = terminal
    const width = isForPeople ? (terminal.columns ?? 80) : undefined
    const most = isForPeople ? rowsForPeople : Number.POSITIVE_INFINITY
    const shown: (string | undefined)[][] = []
    let isNumber = columns.map(() => true)
    for await (const rows of chunks()) {
      signal.throwIfAborted()
      const wanted = rows.slice(0, most - shown.length)
      isNumber = isNumber.map((still, at) => still && wanted.every((row) => row[at] === null || isNumeric(row[at])))
      for (const row of wanted) shown.push(row.map(textOf))
      if (shown.length >= most) break
    }
    const page = pageLines({ columns, rows: shown, isNumber, colour, ...(width === undefined ? {} : { width }) })
    for (const line of page) await sink.write(`${line}\n`)
    if (!isForPeople) return
    const all = `${formatNumber(count)} ${count === 1 ? 'row' : 'rows'}`
    const rest = count > shown.length ? `; the first ${shown.length} are shown, --json or a pipe has all` : ''
    await sink.write(`\n${all}${rest}\n`)
  },
}

function csvOf(value: DuckDBValue): CsvCell {
  const text = textOf(value)
  if (text === undefined) return undefined
  return isNumeric(value) ? { plain: text } : { text }
}

function isNumeric(value: DuckDBValue | undefined): boolean {
  return typeof value === 'number' || typeof value === 'bigint'
}
