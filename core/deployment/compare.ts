/**
 * What a deployment would do: the template that was packaged beside the one that is deployed, resource by resource and
 * property by property. It needs no change set, so that nothing is made in the account before somebody said yes.
 */
import { isReplacedBy, lossOf } from './replacement.ts'
import type { Template, TemplateResource } from './template.ts'

export type Change =
  | { action: 'create'; id: string; type: string }
  | { action: 'change'; id: string; type: string; properties: PropertyChange[] }
  /** `loss`: what goes with the old one. */
  | { action: 'replace'; id: string; type: string; properties: PropertyChange[]; loss?: string }
  | { action: 'remove'; id: string; type: string; loss?: string; kept?: true }

export interface PropertyChange {
  /** `Environment.Variables.MONITOR_SHARDS`, `LifecycleConfiguration.Rules[2].ExpirationInDays`. */
  path: string
  /** Absent: it was not there. */
  before?: unknown
  /** Absent: it is there no more. */
  after?: unknown
}

/** By logical name; what a zip is called says nothing of what is in it. */
export type CodeHashes = Readonly<Record<string, string>>

export interface Compared {
  /** Absent: nothing is deployed. */
  before?: { template: Template; code: CodeHashes }
  after: { template: Template; code: CodeHashes }
}

/** In the order of the template; what is removed comes last. */
export function compareTemplates({ before, after }: Compared): Change[] {
  const old = before?.template.Resources ?? {}
  const next = after.template.Resources
  const known = Object.entries(next).flatMap(([id, resource]): Change[] => {
    const former = own(old, id)
    if (!former) return [{ action: 'create', id, type: resource.Type }]
    // Under one name another thing: CloudFormation refuses that, and the plan must not hide it.
    if (former.Type !== resource.Type) return [removal(id, former), { action: 'create', id, type: resource.Type }]
    const properties = differences(comparable(former, before?.code[id]), comparable(resource, after.code[id]), '')
    return properties.length === 0 ? [] : [changed(id, resource, properties)]
  })
  const gone = Object.entries(old).filter(([id]) => !Object.hasOwn(next, id))
  return [...known, ...gone.map(([id, resource]) => removal(id, resource))]
}

/** What would take something away that nobody can bring back. */
export function losses(changes: readonly Change[]): { id: string; type: string; loss: string }[] {
  return changes.flatMap((change) =>
    'loss' in change && change.loss !== undefined ? [{ id: change.id, type: change.type, loss: change.loss }] : [],
  )
}

function changed(id: string, { Type: type }: TemplateResource, properties: PropertyChange[]): Change {
  if (!properties.some(({ path }) => isReplacedBy(type, path))) return { action: 'change', id, type, properties }
  return { action: 'replace', id, type, properties, ...lost(type) }
}

function removal(id: string, { Type: type, DeletionPolicy }: TemplateResource): Change {
  const isKept = DeletionPolicy?.startsWith('Retain') === true
  return { action: 'remove', id, type, ...(isKept ? { kept: true } : lost(type)) }
}

function lost(type: string): { loss?: string } {
  const loss = lossOf(type)
  return loss === undefined ? {} : { loss }
}

/** Where the framework puts a zip has a time in it: instead, what is in the zip. */
function comparable({ Type, Properties = {}, DeletionPolicy, UpdateReplacePolicy }: TemplateResource, code?: string) {
  const policies = { DeletionPolicy, UpdateReplacePolicy }
  if (Type !== 'AWS::Lambda::Function') return defined({ ...Properties, ...policies })
  return defined({ ...Properties, Code: code ?? 'unknown', ...policies })
}

function differences(before: unknown, after: unknown, path: string): PropertyChange[] {
  if (isRecord(before) && isRecord(after) && !isCall(before) && !isCall(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return names.flatMap((name) =>
      differences(own(before, name), own(after, name), path === '' ? name : `${path}.${name}`),
    )
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return after.flatMap((value, index) => differences(before[index], value, `${path}[${index}]`))
  }
  if (stable(before) === stable(after)) return []
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }]
}

/** `{ Ref: … }` or `{ "Fn::Sub": … }`: a value, and no object with properties. */
function isCall(value: Readonly<Record<string, unknown>>): boolean {
  const names = Object.keys(value)
  return names.length === 1 && (names[0] === 'Ref' || names[0]?.startsWith('Fn::') === true)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The same for the same, in whatever order its properties stand. CloudFormation takes `60` and `"60"` for the same. */
function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join()}]`
  if (!isRecord(value))
    return JSON.stringify(typeof value === 'number' || typeof value === 'boolean' ? `${value}` : value)
  const names = Object.keys(value).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${stable(value[name])}`).join()}}`
}

function defined(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined))
}

function own<T>(values: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined
}
