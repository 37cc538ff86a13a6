/** The examples of docs/alerting.md about rules, read and run. */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadConfig } from '../../../adapters/config/file.ts'
import { readRuleTests } from '../../../adapters/config/rule-tests.ts'
import { defaultRules } from '../../../core/alerts/default-rules.ts'
import { ruleMetrics } from '../../../core/alerts/rule-metrics.ts'
import { explainRules } from '../../../core/config/explain.ts'
import { fieldEntries } from '../../../core/config/rule-fields.ts'
import { compare } from '../../../core/rule-test/compare.ts'
import { transitionsOf } from '../../../core/rule-test/run.ts'
import { settingDescriptions } from '../../../core/settings.ts'
import { makeSettings } from '../../make.ts'

const [page = ''] = readFileSync(new URL('../../../docs/alerting.md', import.meta.url), 'utf8').split(
  '## From transition to mailbox',
)
const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text)
const tests = blocks.filter((text) => text.startsWith('# tests.yml'))
const configs = blocks.filter((text) => !tests.includes(text))
const settings = makeSettings()

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-alerting-'))
})
afterAll(() => rm(directory, { recursive: true }))

async function load(text: string) {
  const path = join(directory, 'vitals.yml')
  await writeFile(path, text)
  return loadConfig(path, settings)
}

describe('docs/alerting.md, of rules,', () => {
  it.each(configs)('has an example that is read: %s', async (text) => {
    expect(await load(text)).toMatchObject({ ok: true })
  })

  it('has tests that pass, by the rule of its example', async () => {
    expect(tests).toHaveLength(1)
    const example = configs.find((text) => text.includes('id: var-full')) ?? ''
    const loaded = await load(example)
    if (!loaded.ok) throw new Error('the example is not read')
    const path = join(directory, 'tests.yml')
    await writeFile(path, tests[0] ?? '')
    const { tests: read } = await readRuleTests(path)
    for (const test of read) {
      expect(compare(test, transitionsOf(test, loaded.config.rules)).lines.filter(({ sign }) => sign !== ' ')).toEqual(
        [],
      )
    }
  })

  it('explains each field of a rule, and no other', () => {
    const rows = [...page.slice(0, page.indexOf('## Overrides')).matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)]
    const named = rows.flatMap(([, cell = '']) => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name))
    const known = ['metric', 'per', 'forecast', 'absent', 'where', ...Object.keys(fieldEntries)]
    const rules = defaultRules(settings).map(({ id }) => id)
    expect(known.filter((name) => !named.includes(name))).toEqual([])
    expect(named.filter((name) => !known.includes(name) && !rules.includes(name))).toEqual([])
  })

  it('lists the default rules, with settings that exist', () => {
    const rows = [...page.matchAll(/^\| `([\w-]+)` \| [^|]+ \|([^|]*)\|$/gm)]
    const listed = rows.filter(([, , last = '']) => last.trim() === '' || last.startsWith(' `MONITOR_'))
    expect(listed.map(([, id]) => id)).toEqual(expect.arrayContaining(defaultRules(settings).map(({ id }) => id)))
    const names = [...page.matchAll(/`(MONITOR_[A-Z_]+)\b/g)].map(([, name]) => name)
    expect(settingDescriptions.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
  })

  it('lists each metric with its unit', () => {
    for (const { id, title, unit, ...rest } of ruleMetrics) {
      expect(page).toContain(`| \`${id}\` | ${title} | ${unit} | ${'per' in rest && rest.per ? rest.per : ''} |`)
    }
  })

  it('shows what explain says', async () => {
    const loaded = await load(configs.find((text) => text.startsWith('overrides:')) ?? '')
    if (!loaded.ok || !loaded.file) throw new Error('the example is not read')
    const { placeOf } = loaded.file
    const host = { name: 'batch-1', tags: { role: 'batch' } }
    const cpu = explainRules(loaded.config.rules, loaded.said, host).find(({ id }) => id === 'cpu')
    const fields = cpu?.is === 'on' ? cpu.fields : []
    for (const { key, value, origin } of fields.filter(({ key: one }) => ['threshold', 'window'].includes(one))) {
      const line = origin.from === 'file' ? placeOf(origin.path).line : 0
      expect(page).toMatch(new RegExp(`^ {6}${key} +${value} +vitals.yml:${line}$`, 'm'))
    }
    expect(fields.find(({ key }) => key === 'clear')?.value).toBe('90')
  })
})
