import { globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { commands } from '../../../cli/commands.ts'
import { figures } from '../../../core/figures.ts'
import { settingDescriptions } from '../../../core/settings.ts'
import { newerKinds } from '../functions/versions/newer-objects.ts'

const root = new URL('../../../', import.meta.url)
const page = readFileSync(new URL('docs/operations.md', root), 'utf8')
const sources = (...patterns: string[]) =>
  globSync(patterns, { cwd: root.pathname }).map((path) => readFileSync(new URL(path, root), 'utf8'))

function section(title: string): string {
  const [, text = ''] = new RegExp(`\\n#+ ${title}\\n([^]*?)(?=\\n## |$)`).exec(page) ?? []
  expect(text, title).not.toBe('')
  return text
}

describe('figures of Vitals itself', () => {
  /** https://aws.amazon.com/cloudwatch/pricing/, first tier, 2026-11. */
  const dollarsAMetric = 0.3
  const lookedAtAs = { count: 'Sum', sum: 'Maximum', max: 'Maximum', min: 'Minimum' } as const

  it('stand in the page as they are sent, and no others', () => {
    const rows = section('Figures of Vitals itself').split('\n')
    expect(rows.filter((line) => /^\| `[A-Z][A-Za-z]+` \|/.test(line))).toEqual(
      Object.entries(figures).map(
        ([name, { of, unit, is, meaning }]) => `| \`${name}\` | ${of} | ${unit} | ${lookedAtAs[is]} | ${meaning} |`,
      ),
    )
  })

  it('cost what the page says', () => {
    const count = Object.keys(figures).length
    expect(page).toContain(`these ${count} cost $${(count * dollarsAMetric).toFixed(2)}`)
  })
})

describe('alarms', () => {
  type Alarms = { Resources: Record<string, { Properties: { AlarmName: string; AlarmDescription: string } }> }
  const load = createRequire(import.meta.url)('../../../infra/stack/alarms.cjs') as (context: {
    resolveVariable: () => Promise<number>
  }) => Promise<Alarms>

  it('have a runbook each under their name, which their description names', async () => {
    const { Resources } = await load({ resolveVariable: async () => 60 })
    const alarms = Object.values(Resources).map(({ Properties }) => Properties)
    const headings =
      section('Alarms')
        .match(/^### .*/gm)
        ?.join('\n') ?? ''
    const names = [...headings.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name)
    const stagePrefix = /^.*\}-(?=[a-z-]+$)/
    expect(alarms.map(({ AlarmName }) => AlarmName.replace(stagePrefix, '')).sort()).toEqual(names.sort())
    for (const { AlarmName, AlarmDescription } of alarms) {
      expect(AlarmDescription).toContain(`docs/operations.md, ${AlarmName.replace(stagePrefix, '')}`)
    }
  })
})

describe('messages', () => {
  const messages = page.slice(page.indexOf('\n## Messages'), page.indexOf('\n## Upgrade'))
  const told = messages
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, message = '']) => message))

  it('are what the programs say, word for word', () => {
    const code = sources('{core,adapters,functions,embedded,cli}/**/*.ts').join('\n')
    const missing = told.flatMap((message) => message.split('…')).filter((part) => !code.includes(part.trim()))
    expect(missing).toEqual([])
  })

  it('are all that functions warn of, or fail of and go on', () => {
    const logged = /\blog\.(?:warn|error)\(\s*(?:`([^`]*)`|'((?:[^'\\]|\\.)*)')/g
    const events = sources('{adapters,functions,embedded}/**/*.ts').flatMap((code) =>
      [...code.matchAll(logged)].map(([, template = '', text]) => text ?? template.replace(/\$\{[^}]*\}/g, '…')),
    )
    expect(events.length).toBeGreaterThan(30)
    // An alert is no message of Vitals about itself.
    expect([...new Set(events)].filter((event) => !told.includes(event))).toEqual(['alert is firing'])
  })
})

it('the page says of each kind of object what stops when it is of a newer version', () => {
  const rows = section('Rollback')
    .split('\n')
    .filter((line) => line.startsWith('| '))
  const kinds = rows.flatMap((line) => (line.split(' | ')[0] ?? '').slice(2).split(', '))
  const known = newerKinds.map(({ kind }) => kind)
  expect(known.filter((kind) => !kinds.includes(kind))).toEqual([])
})

it('the page names commands and settings that there are', () => {
  const lines = [...page.matchAll(/npm run vitals -- ([a-z]+(?: [a-z]+)?)/g)].map(([, words = '']) => words)
  const known = commands.map(({ words }) => words.join(' '))
  expect(lines.filter((words) => !known.includes(words) && !known.includes(words.split(' ')[0] ?? ''))).toEqual([])
  const settings = settingDescriptions.map(({ name }) => name)
  const named = new Set([...page.matchAll(/\bMONITOR_[A-Z_]+[A-Z]/g)].map(([name]) => name))
  expect([...named].filter((name) => !settings.includes(name))).toEqual([])
})
