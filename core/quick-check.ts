/**
 * Does a value stand as it is? The same schema as valibot's, asked in closures that allocate nothing: a snapshot is the
 * hottest thing that is checked, and almost all are well. It may say no to what valibot would take (what it does not know
 * itself, fields that would be left out), and then valibot is asked; it never says yes to what valibot would not give back
 * unchanged.
 */
import type * as v from 'valibot'

export type QuickCheck = (value: unknown) => boolean

type Schema = v.GenericSchema

/** What of valibot's schemas is read; each kind has some of these. */
interface Parts {
  type: string
  kind: 'schema' | 'validation' | string
  pipe?: readonly Parts[]
  entries?: Record<string, Parts>
  wrapped?: Parts
  default?: unknown
  item?: Parts
  key?: Parts
  value?: Parts
  options?: readonly unknown[]
  literal?: unknown
  requirement?: unknown
}

export function quickCheck(schema: Schema): QuickCheck {
  return checkOf(schema as unknown as Parts)
}

const never: QuickCheck = () => false

function checkOf(parts: Parts): QuickCheck {
  if (parts.pipe) return all(parts.pipe.map((one, index) => (index === 0 ? bare(one) : checkOf(one))))
  return bare(parts)
}

function bare(parts: Parts): QuickCheck {
  const { requirement } = parts
  switch (parts.type) {
    case 'number':
      return (value) => typeof value === 'number' && !Number.isNaN(value)
    case 'string':
      return (value) => typeof value === 'string'
    case 'boolean':
      return (value) => typeof value === 'boolean'
    case 'finite':
      return Number.isFinite
    case 'safe_integer':
      return Number.isSafeInteger
    case 'min_value':
      return (value) => (value as number) >= (requirement as number)
    case 'max_value':
      return (value) => (value as number) <= (requirement as number)
    case 'min_length':
      return (value) => (value as string).length >= (requirement as number)
    case 'max_length':
      return (value) => (value as string).length <= (requirement as number)
    case 'literal':
      return (value) => value === parts.literal
    case 'picklist':
      return (value) => parts.options?.includes(value) ?? false
    case 'array':
      return parts.item ? arrayOf(checkOf(parts.item)) : never
    case 'object':
      return parts.entries ? objectOf(parts.entries) : never
    case 'record':
      return parts.key && parts.value ? recordOf(checkOf(parts.key), checkOf(parts.value)) : never
    default:
      return never
  }
}

function all(checks: readonly QuickCheck[]): QuickCheck {
  const [first = never, ...rest] = checks
  return (value) => {
    if (!first(value)) return false
    for (const check of rest) if (!check(value)) return false
    return true
  }
}

function arrayOf(item: QuickCheck): QuickCheck {
  return (value) => {
    if (!Array.isArray(value)) return false
    for (const one of value) if (!item(one)) return false
    return true
  }
}

/** A field that the schema doesn't have would be left out: then it does not stand as it is. */
function objectOf(entries: Record<string, Parts>): QuickCheck {
  const checks = new Map<string, QuickCheck>()
  const needed: string[] = []
  for (const [name, parts] of Object.entries(entries)) {
    const isOptional = parts.type === 'optional' && parts.wrapped !== undefined
    checks.set(name, checkOf(isOptional ? (parts.wrapped as Parts) : parts))
    if (!isOptional || parts.default !== undefined) needed.push(name)
  }
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    for (const name in value) {
      const check = checks.get(name)
      if (!check?.((value as Record<string, unknown>)[name])) return false
    }
    for (const name of needed) if (!Object.hasOwn(value, name)) return false
    return true
  }
}

/** These valibot leaves out of records. */
const leftOut = new Set(['__proto__', 'prototype', 'constructor'])

function recordOf(key: QuickCheck, item: QuickCheck): QuickCheck {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    for (const name of Object.keys(value)) {
      if (leftOut.has(name) || !key(name) || !item((value as Record<string, unknown>)[name])) return false
    }
    return true
  }
}
