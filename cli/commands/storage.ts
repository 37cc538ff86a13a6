import { openLaidOutBucket } from '../../adapters/bucket/ready.ts'
import { systemClock } from '../../adapters/clock/system.ts'
import { shards } from '../../core/keys.ts'
import { formatBytes, formatNumber } from '../../core/view/format.ts'
import { type Survey, surveyBucket } from '../../functions/rollup/survey.ts'
import { type SweepDeps, type SweepOutcome, sweepBucket } from '../../functions/rollup/sweep.ts'
import type { Parsed } from '../options.ts'
import { readSettings } from '../settings.ts'
import { removableText, surveyLines } from '../storage/table.ts'
import type { Terminal } from '../terminal.ts'

interface Context {
  parsed: Parsed
  terminal: Terminal
}

/** What is there. Nothing is written: who may only read may look. */
export async function runStorage(context: Context): Promise<void> {
  const { parsed, terminal } = context
  const survey = await look(await open(context), terminal)
  if (parsed.values.json) return terminal.print(JSON.stringify(survey))
  for (const line of surveyLines(survey)) terminal.print(line)
}

/** All that may go, however much it is; or only what that would be. */
export async function runStorageSweep(context: Context): Promise<void> {
  const { parsed, terminal } = context
  const deps = await open(context)
  if (parsed.values['dry-run']) {
    const { total } = await look(deps, terminal)
    if (parsed.values.json) return terminal.print(JSON.stringify({ dryRun: true, ...total.removable }))
    return terminal.print(`would remove ${removableText(total.removable)}`)
  }
  const { objects, bytes } = await sweepAll(deps, terminal)
  if (parsed.values.json) return terminal.print(JSON.stringify({ dryRun: false, objects, bytes }))
  terminal.print(`removed ${removableText({ objects, bytes })}`)
}

async function open({ parsed, terminal }: Context): Promise<SweepDeps> {
  const settings = readSettings(terminal.env, parsed)
  const { bucket, shardCount } = await openLaidOutBucket(settings)
  const log = terminal.createLog('stderr', settings.timeZone)
  return { bucket, shards: shards(shardCount), policy: settings, clock: systemClock, log }
}

async function look(deps: SweepDeps, terminal: Terminal): Promise<Survey> {
  try {
    return await surveyBucket(deps, (objects) => terminal.progress(`${formatNumber(objects)} objects listed …`))
  } finally {
    terminal.progress('')
  }
}

async function sweepAll(deps: SweepDeps, terminal: Terminal): Promise<SweepOutcome> {
  try {
    return await sweepBucket(deps, {
      thorough: true,
      maxObjects: Number.POSITIVE_INFINITY,
      onProgress: ({ objects, bytes }) =>
        terminal.progress(`${formatNumber(objects)} objects removed, ${formatBytes(bytes)} …`),
    })
  } finally {
    terminal.progress('')
  }
}
