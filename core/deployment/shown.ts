/** What is told of a deployment: settings of ours and properties of resources, and nobody's secrets. */
import { withoutPassword } from '../parse-settings.ts'
import { settingDescriptions, settings } from '../settings.ts'
import type { Change, PropertyChange } from './compare.ts'
import { environmentOf, resourcesOf, type Template } from './template.ts'

/** Who has one of these may send, or listen. */
const secret = new Set([settings.smtpUrl.name, settings.heartbeatUrl.name])
const known = new Set(settingDescriptions.map(({ name }) => name))

export const hidden = '(hidden)'

/** With values that may be shown to anybody who sees the screen. */
export function shownChange(change: Change): Change {
  return 'properties' in change ? { ...change, properties: change.properties.map(shownProperty) } : change
}

/** Settings that are other than by default, by name: what `MONITOR_…` of the shell came to. */
export function settingsInEffect(template: Template): Record<string, string> {
  const given = settingDescriptions.flatMap(({ name, defaultText }) => {
    const value = givenSetting(template, name)
    return value === undefined || value === defaultText ? [] : [[name, String(shownVariable(name, value))]]
  })
  return Object.fromEntries(given)
}

/** As functions get it; undefined: they don't, or CloudFormation fills it in. */
export function givenSetting(template: Template, name: string): string | undefined {
  for (const [, one] of resourcesOf(template, 'AWS::Lambda::Function')) {
    const value = environmentOf(one)[name]
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}

function shownProperty({ path, before, after }: PropertyChange): PropertyChange {
  const show = (value: unknown) => shown(value, path)
  return {
    path,
    ...(before === undefined ? {} : { before: show(before) }),
    ...(after === undefined ? {} : { after: show(after) }),
  }
}

const variables = 'Environment.Variables'

function shown(value: unknown, path: string): unknown {
  const [, name] = /^Environment\.Variables\.(.+)$/.exec(path) ?? []
  if (name !== undefined) return shownVariable(name, value)
  if (typeof value === 'string') return withoutPath(value)
  if (Array.isArray(value)) return value.map((one) => shown(one, ''))
  if (typeof value !== 'object' || value === null) return value
  const inside = (key: string) => (path === variables ? `${variables}.${key}` : key === 'Variables' ? variables : '')
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shown(one, inside(key))]))
}

/** What is not a setting of ours may be a secret that vitals.yml names. */
function shownVariable(name: string, value: unknown): unknown {
  if (typeof value !== 'string' || value === '') return value
  return known.has(name) && !secret.has(name) ? withoutPassword(value) : hidden
}

/** A pager's address is its key. */
function withoutPath(text: string): string {
  return text.replace(/^(https?:\/\/)(?:[^/@\s]*@)?([^/\s]+)\/.+$/, '$1$2/…')
}
