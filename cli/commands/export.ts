import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { systemClock } from '../../adapters/clock/system.ts'
import { lakeTables } from '../../core/keys.ts'
import { formatNumber } from '../../core/view/format.ts'
import { ReportedFailure, UsageError } from '../errors.ts'
import { exportFormats, exportLake } from '../export/export.ts'
import { readRange } from '../lake/period.ts'
import { fileSink, streamSink } from '../lake/sink.ts'
import type { Parsed } from '../options.ts'
import { readerGone } from '../reader-gone.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'

/** A table of the lake as a file. A damaged object is told and left out; then the exit status is 1. */
export async function runExport({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const { values } = parsed
  const table = oneOf(lakeTables, 'table', values.table?.[0] ?? 'samples')
  const format = oneOf(exportFormats, 'format', values.format?.[0] ?? 'csv')
  const [out = '-'] = values.out ?? []
  if (out === '-' && format === 'parquet') throw new UsageError('--format parquet: expected --out FILE')
  const range = readRange(parsed, settings.timeZone, systemClock.now())
  const { bucket, shardCount } = await openLaidOutBucket(settings)
  const log = terminal.createLog('stderr', settings.timeZone)
  const gone = readerGone()
  const signal = AbortSignal.any([terminal.stopSignal(), gone])
  const sink = out === '-' ? streamSink(process.stdout) : await fileSink(out)
  let hasDamage = false
  try {
    const rows = await exportLake({
      bucket,
      shardCount,
      table,
      range,
      format,
      sink,
      signal,
      onProgress: (done) => terminal.progress(`${done.files} of ${done.of} files, ${formatNumber(done.rows)} rows …`),
      onDamaged: ({ key, reason }) => {
        hasDamage = true
        log.warn('a file of the lake is damaged and left out', { key, reason })
      },
    })
    signal.throwIfAborted()
    await sink.finish()
    terminal.progress('')
    if (out !== '-') terminal.print(`${formatNumber(rows)} ${rows === 1 ? 'row' : 'rows'} of ${table} in ${out}`)
  } catch (error) {
    terminal.progress('')
    await sink.discard()
    if (!gone.aborted) throw error
  }
  if (hasDamage) throw new ReportedFailure()
}

function oneOf<T extends string>(known: readonly T[], option: string, given: string): T {
  const found = known.find((one) => one === given)
  if (!found) throw new UsageError(`--${option} ${given}: expected one of ${known.join(', ')}`)
  return found
}
