/** The examples of docs/testing-your-setup.md, run. */

import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { findCommand } from '../../../cli/command.ts'
import { runTest } from '../../../cli/commands/test.ts'
import { parseOptions } from '../../../cli/options.ts'
import { rulesCommands } from '../../../cli/rules-commands.ts'
import { toldEntries } from '../../../core/rule-test/told.ts'
import { makeSnapshot } from '../../make.ts'
import { makeTerminal } from '../cli/commands/terminal.ts'

const page = readFileSync(new URL('../../../docs/testing-your-setup.md', import.meta.url), 'utf8')
const blocks = Object.fromEntries(
  [...page.matchAll(/```yaml\n# (\S+)\n(.*?)```/gs)].map(([, name = '', text = '']) => [name, `# ${name}\n${text}`]),
)

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-testing-'))
  await mkdir(join(directory, 'recorded'))
  await writeFile(join(directory, 'recorded', 'web-1.ndjson'), JSON.stringify(makeSnapshot()))
  for (const name of ['vitals.yml', 'vitals.test.yml', 'recorded.test.yml']) {
    await writeFile(join(directory, name), blocks[name] ?? '')
  }
})
afterAll(() => rm(directory, { recursive: true }))

async function run(name: string): Promise<string> {
  const terminal = makeTerminal({ MONITOR_TIME_ZONE: 'UTC' })
  const parsed = { values: {}, settings: {}, flags: {}, operands: [join(directory, name)] }
  await runTest({ parsed, terminal }).catch(() => {})
  return terminal.printed.join('\n')
}

describe('docs/testing-your-setup.md', () => {
  it('has tests that pass', async () => {
    expect(await run('vitals.test.yml')).toMatch(/\n3 of 3 tests of /)
    expect(await run('recorded.test.yml')).toMatch(/\n1 of 1 tests of /)
  })

  it('shows what a failure looks like', async () => {
    const config = join(directory, 'without.yml')
    await writeFile(config, (blocks['vitals.yml'] ?? '').replace(/ {4}runbook: .*\n/, ''))
    const file = join(directory, 'failing.test.yml')
    const [first = ''] = (blocks['vitals.test.yml'] ?? '').split('\n\n')
    await writeFile(file, first.replace('rules: vitals.yml', 'rules: without.yml'))
    const [, shown = ''] = /```text\n(.*?)```/s.exec(page) ?? []
    const printed = (await run('failing.test.yml')).replaceAll(file, 'vitals.test.yml').replace(/ \(\d+\.\d s\)$/gm, '')
    expect(shown).not.toBe('')
    expect(printed).toContain(shown)
  })

  it('explains each field of what is told, and each option', () => {
    const table = page.slice(page.indexOf('| field in `told`'), page.indexOf('The last four'))
    const explained = [...table.matchAll(/`(\w+)`/g)].map(([, name]) => name)
    expect(explained).toEqual(expect.arrayContaining(Object.keys(toldEntries)))
    const options = rulesCommands.find(({ words }) => words[0] === 'test')?.options ?? {}
    for (const name of Object.keys(options))
      expect(page).toContain(name === 'file' ? 'MONITOR_VITALS_FILE' : `--${name}`)
  })

  it('has a workflow whose commands exist', () => {
    const { jobs } = parse(blocks['.github/workflows/vitals.yml'] ?? '')
    const runs: string[] = jobs.test.steps.flatMap((step: { run?: string }) => step.run ?? [])
    const commands = runs.flatMap((text) => /^node \.vitals\/cli\/main\.ts (.*)$/.exec(text)?.[1] ?? [])
    expect(commands).toHaveLength(2)
    for (const words of commands.map((text) => text.split(' '))) {
      const { words: found, options, operand } = findCommand(words, rulesCommands)
      expect(() => parseOptions(words.slice(found.length), options, operand)).not.toThrow()
    }
  })
})
