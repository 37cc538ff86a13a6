import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { openDirectoryBucket } from '../../../../adapters/bucket/directory.ts'
import { systemClock } from '../../../../adapters/clock/system.ts'
import { runHostForget } from '../../../../cli/commands/host-forget.ts'
import { defaultRuleSet } from '../../../../core/alerts/default-rules.ts'
import { readState } from '../../../../functions/evaluate/commit.ts'
import { liveOn } from '../../../lived-bucket.ts'
import { makeSettings, minuteMs } from '../../../make.ts'
import { makeTerminal } from './terminal.ts'

test('a host is forgotten also by somebody whose clock is behind that of the functions', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vitals-forget-'))
  try {
    const bucket = await openDirectoryBucket(directory)
    const beginMs = systemClock.now() + 10 * minuteMs
    const lived = await liveOn(bucket, { rules: defaultRuleSet(makeSettings()) }, { beginMs })
    await lived.send('web-9', [{ kind: 'goodbye', observedAtMs: beginMs }])
    await lived.evaluate()
    const terminal = makeTerminal({ MONITOR_BUCKET: pathToFileURL(directory).href })
    await runHostForget({ parsed: { values: {}, settings: {}, flags: {}, operand: 'web-9' }, terminal })
    lived.pass(minuteMs)
    await lived.evaluate()
    expect((await readState(bucket, 'all')).state.hosts).toEqual({})
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
