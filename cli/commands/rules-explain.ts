import { loadConfig, printProblems } from '../../adapters/config/file.ts'
import { type ExplainedRule, explainRules, type Origin } from '../../core/config/explain.ts'
import { printPath } from '../../core/config/problem.ts'
import { tagList } from '../../core/setting-values.ts'
import { settings as settingTable } from '../../core/settings.ts'
import { printable } from '../../core/view/html.ts'
import { UsageError } from '../errors.ts'
import type { Parsed } from '../options.ts'
import { readKnownHosts } from '../rules/known-hosts.ts'
import { readSaid } from '../said.ts'
import { readSettings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'

/** Each rule that a host has, with where each field comes from. Tags that are not given are those that the bucket has of it. */
export async function runRulesExplain({ parsed, terminal }: { parsed: Parsed; terminal: Terminal }): Promise<void> {
  const settings = readSettings(terminal.env, parsed)
  const said = readSaid(terminal.env, parsed)
  const [host = settings.host] = parsed.values.host ?? []
  const loaded = await loadConfig(settings.vitalsFile, settings)
  if (!loaded.ok) throw new UsageError(printProblems(settings.vitalsFile, loaded.problems))
  const { tags, tagsFrom } = await tagsOf(host)
  const rules = explainRules(loaded.config.rules, loaded.said, { name: host, tags })
  if (parsed.values.json) {
    const placed = rules.map((rule) => ({ ...rule, from: placeOf(rule.origin), ...fieldsPlaced(rule) }))
    return terminal.print(JSON.stringify({ host, tags, rules: placed.map(({ origin: _, ...rest }) => rest) }))
  }
  const tagWords = Object.entries(tags).map(([key, value]) => `${key}=${value}`)
  terminal.print(printable(`${host}: ${tagWords.length === 0 ? 'no tags' : tagWords.join(', ')} (${tagsFrom})`))
  for (const rule of rules) for (const line of linesOf(rule)) terminal.print(printable(line))

  async function tagsOf(name: string): Promise<{ tags: Record<string, string>; tagsFrom: string }> {
    const given = parsed.values.tag
    if (given) {
      const read = tagList(given.join(','))
      if (!read.ok) throw new UsageError(`--tag ${given.join(',')}: expected ${read.expected}`)
      return { tags: read.value, tagsFrom: 'as given' }
    }
    const known = await readKnownHosts(settings)
    if ('unreadable' in known) return { tags: {}, tagsFrom: `the bucket can't be read: ${known.unreadable}` }
    const found = known.hosts.find((one) => one.name === name)
    return found
      ? { tags: { ...found.tags }, tagsFrom: 'as the bucket has them' }
      : { tags: {}, tagsFrom: 'the bucket does not know this host' }
  }

  function placeOf(origin: Origin): string {
    switch (origin.from) {
      case 'default':
        return 'default'
      case 'setting': {
        const { name } = settingTable[origin.setting]
        return said.values[name] === undefined ? `default (${name})` : said.placeOf(name)
      }
      case 'file':
        return lineOf(origin.path)
    }
  }

  function lineOf(path: readonly (string | number)[]): string {
    if (!loaded.ok || !loaded.file) return printPath(path)
    return `${loaded.file.path}:${loaded.file.placeOf(path).line}`
  }

  function fieldsPlaced(rule: ExplainedRule): object {
    if (rule.is === 'off') return { by: lineOf(rule.by) }
    return { fields: rule.fields.map(({ key, value, origin }) => ({ key, value, from: placeOf(origin) })) }
  }

  function linesOf(rule: ExplainedRule): string[] {
    if (rule.is === 'off') {
      const why = rule.by[0] === 'overrides' ? 'turned off' : 'for other hosts'
      return ['', `${rule.id}: ${why} by ${lineOf(rule.by)}`]
    }
    const width = Math.max(...rule.fields.map(({ value }) => value.length))
    const fields = rule.fields.map(({ key, value, origin }) => {
      return `  ${key.padEnd(longestKey)}  ${value.padEnd(Math.min(width, 40))}  ${placeOf(origin)}`
    })
    return ['', `${rule.id}: ${rule.about}  (${placeOf(rule.origin)})`, ...fields]
  }
}

const longestKey = 'keep_firing'.length
