import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runNotifyTest } from '../../../../cli/commands/notify-test.ts'
import { makeTerminal } from './terminal.ts'

test('a receiver that writes files is not told to need a mail server', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vitals-notify-test-'))
  try {
    const file = join(directory, 'vitals.yml')
    const receiver = { name: 'files', type: 'file', directory: join(directory, 'mails') }
    await writeFile(file, JSON.stringify({ receivers: [receiver] }))
    const terminal = makeTerminal({ MONITOR_VITALS_FILE: file })
    await runNotifyTest({ parsed: { values: { receiver: ['files'] }, settings: {}, flags: {} }, terminal })
    expect(terminal.printed).toEqual([
      expect.stringMatching(/^files: written to .*-files-test\.eml, which nobody is told of$/),
    ])
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
