import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { openDirectoryBucket } from '../../../../adapters/bucket/directory.ts'
import { readControl } from '../../../../adapters/control/control.ts'
import { readOpenAlerts } from '../../../../cli/alerts/open.ts'
import { runAck } from '../../../../cli/commands/ack.ts'
import { defaultRuleSet } from '../../../../core/alerts/default-rules.ts'
import { liveOn } from '../../../lived-bucket.ts'
import { makeSettings, minuteMs } from '../../../make.ts'
import { makeTerminal } from './terminal.ts'

test('that all hosts are silent at once is acknowledged like any other incident', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vitals-ack-'))
  try {
    const bucket = await openDirectoryBucket(directory)
    const lived = await liveOn(bucket, { rules: defaultRuleSet(makeSettings()) })
    for (const host of ['a', 'b', 'c']) await lived.send(host)
    await lived.evaluate()
    lived.pass(10 * minuteMs)
    await lived.evaluate()
    const [alert] = await readOpenAlerts(bucket, ['all'], lived.now())
    const terminal = makeTerminal({ MONITOR_BUCKET: pathToFileURL(directory).href })
    const incident = alert?.incident ?? ''
    await runAck({ parsed: { values: {}, settings: {}, flags: {}, operand: incident }, terminal })
    expect(terminal.printed).toEqual([expect.stringMatching(/^\* all-silent: acknowledged, not told again until /)])
    expect((await readControl(bucket)).control.acks).toMatchObject([{ incident }])
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
