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
  if (!parts.pipe) return bare(parts)
  return within(parts.pipe) ?? all(parts.pipe.map((one, index) => (index === 0 ? bare(one) : checkOf(one))))
}

/** Numbers and texts between bounds are most of what there is: one closure for all that a pipe asks of them. */
function within([first, ...rest]: readonly Parts[]): QuickCheck | undefined {
  const asked = new Map(rest.map(({ type, requirement }) => [type, requirement as number]))
  // The same twice.
  if (asked.size < rest.length) return undefined
  const take = (type: string, otherwise: number) => {
    const bound = asked.get(type) ?? otherwise
    asked.delete(type)
    return bound
  }
  if (first?.type === 'string') {
    const min = take('min_length', 0)
    const max = take('max_length', Number.POSITIVE_INFINITY)
    if (asked.size > 0) return undefined
    return (value) => typeof value === 'string' && value.length >= min && value.length <= max
  }
  if (first?.type !== 'number') return undefined
  const min = take('min_value', Number.NEGATIVE_INFINITY)
  const max = take('max_value', Number.POSITIVE_INFINITY)
  const [kind, another] = asked.keys()
  const isKind = { finite: Number.isFinite, safe_integer: Number.isSafeInteger }[kind ?? '']
  if (!isKind || another !== undefined) return undefined
  return (value) => isKind(value) && (value as number) >= min && (value as number) <= max
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

interface Field {
  name: string
  check: QuickCheck
  isNeeded: boolean
}

/**
 * A field that the schema doesn't have would be left out: then it does not stand as it is. Fields mostly come in the order
 * of the schema, so the next one is looked for from where the last was found.
 */
function objectOf(entries: Record<string, Parts>): QuickCheck {
  const fields = Object.entries(entries).map(([name, parts]): Field => {
    const isOptional = parts.type === 'optional' && parts.wrapped !== undefined
    const check = checkOf(isOptional ? (parts.wrapped as Parts) : parts)
    return { name, check, isNeeded: !isOptional || parts.default !== undefined }
  })
  const places = new Map(fields.map(({ name }, index) => [name, index]))
  const needed = fields.filter(({ isNeeded }) => isNeeded).length
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    let place = 0
    let found = 0
    for (const name in value) {
      while (place < fields.length && fields[place]?.name !== name) place++
      const at = place < fields.length ? place++ : places.get(name)
      const field = at === undefined ? undefined : fields[at]
      if (!field?.check((value as Record<string, unknown>)[name])) return false
      if (field.isNeeded) found++
    }
    return found === needed
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
