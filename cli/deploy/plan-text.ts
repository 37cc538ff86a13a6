/** A plan for people. */
import type { Change, PropertyChange } from '../../core/deployment/compare.ts'
import { lossOf } from '../../core/deployment/replacement.ts'
import { formatBytes, formatNumber } from '../../core/view/format.ts'
import { printable } from '../../core/view/html.ts'
import { plainSpaces } from '../../core/view/line.ts'
import { alignedLines, type Cell } from '../aligned.ts'
import { costLines } from '../cost/text.ts'
import type { Plan } from './plan.ts'

const marks = { create: '+', change: '~', replace: '!', remove: '-' } as const
const verbs = { create: 'create', change: 'change', replace: 'replace', remove: 'remove' } as const
/** More than these that are new are told by type: the names of a first deployment tell nobody anything. */
const mostNewNames = 8

export function planLines(plan: Plan): string[] {
  const { settings, packages, costs, changes, warnings, refusals } = plan
  const given = Object.entries(settings)
  return [
    headLine(plan),
    '',
    'Settings, the rest by default (README):',
    ...(given.length === 0 ? ['  none'] : alignedLines(given, '  ')),
    '',
    'Packages:',
    ...alignedLines(
      packages.map(({ name, bytes }) => [name, plainSpaces(formatBytes(bytes))]),
      '  ',
    ),
    '',
    'Costs:',
    ...costLines(costs).map((line) => (line === '' ? '' : `  ${line}`)),
    '',
    `Plan: ${summary(changes)}`,
    ...changeLines(changes),
    ...listed('Mind:', warnings),
    ...listed('Not deployed until this is mended:', refusals),
  ].map(printable)
}

/** `2 to change, 1 to remove`; `nothing to change`. */
export function summary(changes: readonly Change[]): string {
  const counts = (Object.keys(verbs) as (keyof typeof verbs)[]).flatMap((action) => {
    const count = changes.filter((one) => one.action === action).length
    return count === 0 ? [] : [`${formatNumber(count)} to ${verbs[action]}`]
  })
  return counts.length === 0 ? 'nothing to change' : counts.join(', ')
}

/** `3 AWS::Lambda::Function`, the most frequent first. */
export function typeRows(types: readonly string[]): Cell[][] {
  return [...Map.groupBy(types, (type) => type)]
    .map(([type, same]): [number, string] => [same.length, type])
    .sort(([a, one], [b, other]) => b - a || (one < other ? -1 : 1))
}

function headLine({ stack, region, account, caller, endpoint, isNew }: Plan): string {
  const where = `${region}, account ${account} (${caller})`
  return `${stack} in ${where}${endpoint === undefined ? '' : ` at ${endpoint}`}${isNew ? ': there is none yet' : ''}`
}

function changeLines(changes: readonly Change[]): string[] {
  const created = changes.filter(({ action }) => action === 'create')
  const isMany = created.length > mostNewNames
  const named = changes.filter(({ action }) => !(isMany && action === 'create'))
  return [
    ...(isMany ? alignedLines(typeRows(created.map(({ type }) => type)), '  + ') : []),
    ...alike(named).flatMap(([change, ids]) => [
      `  ${marks[change.action]} ${ids.join(', ')}  ${change.type}${remark(change)}`,
      ...details(change),
    ]),
  ]
}

/** A setting that changed is the same change of five functions: told once. */
function alike(changes: readonly Change[]): [Change, string[]][] {
  const same = Map.groupBy(changes, ({ id: _, ...change }) => JSON.stringify(change))
  return [...same.values()].flatMap((group): [Change, string[]][] => {
    const [first] = group
    return first ? [[first, group.map(({ id }) => id)]] : []
  })
}

function remark(change: Change): string {
  if (change.action === 'replace') return `: another one in its place${lossWords(change.loss)}`
  if (change.action !== 'remove') return ''
  return change.kept ? ': the stack forgets it, and it stays' : lossWords(lossOf(change.type))
}

function lossWords(loss: string | undefined): string {
  return loss === undefined ? '' : `; lost: ${loss}`
}

function details(change: Change): string[] {
  return 'properties' in change ? change.properties.map((property) => `      ${propertyLine(property)}`) : []
}

function propertyLine({ path, before, after }: PropertyChange): string {
  if (path === 'Code') return 'Code: another package'
  if (before === undefined) return `${path}: ${valueText(after)} is new`
  if (after === undefined) return `${path}: ${valueText(before)} goes`
  return `${path}: ${valueText(before)} -> ${valueText(after)}`
}

const longestValue = 100

function valueText(value: unknown): string {
  const text = typeof value === 'string' && value !== '' ? value : JSON.stringify(value)
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text
}

function listed(title: string, texts: readonly string[]): string[] {
  return texts.length === 0 ? [] : ['', title, ...texts.map((text) => `  - ${text}`)]
}
