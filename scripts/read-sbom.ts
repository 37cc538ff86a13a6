/** CycloneDX in JSON, ours and others', as far as something here reads it. */
import * as v from 'valibot'

export interface SbomComponent {
  type: string
  /** With its group: `@aws-sdk/core`. */
  name: string
  version: string
  /** An SPDX expression, or whatever its makers call it; absent where they tell none. */
  licence?: string
  purl?: string
  /** What it is made of. */
  parts: SbomComponent[]
}

const licenceSchema = v.union([
  v.object({ expression: v.string() }),
  v.object({ license: v.union([v.object({ id: v.string() }), v.object({ name: v.string() })]) }),
])
const entries = {
  type: v.string(),
  group: v.optional(v.string()),
  name: v.string(),
  version: v.optional(v.string(), 'of no version'),
  purl: v.optional(v.string()),
  licenses: v.optional(v.array(licenceSchema), []),
}
const sbomSchema = v.object({
  bomFormat: v.literal('CycloneDX'),
  metadata: v.object({ component: v.object(entries) }),
  components: v.optional(v.array(v.object({ ...entries, components: v.optional(v.array(v.object(entries)), []) })), []),
})

/** Throws where it is no CycloneDX. */
export function readSbom(text: string): { name: string; components: SbomComponent[] } {
  const { metadata, components } = v.parse(sbomSchema, JSON.parse(text))
  const read = ({
    type,
    group,
    name,
    version,
    purl,
    licenses,
  }: v.InferOutput<v.ObjectSchema<typeof entries, undefined>>) => ({
    type,
    name: [group, name].filter((part) => part !== undefined).join('/'),
    version,
    ...(purl === undefined ? {} : { purl }),
    ...(licenses.length === 0 ? {} : { licence: licenses.map(nameOf).join(' AND ') }),
    parts: [],
  })
  return {
    name: metadata.component.name,
    components: components.map((one) => ({ ...read(one), parts: one.components.map(read) })),
  }
}

function nameOf(licence: v.InferOutput<typeof licenceSchema>): string {
  if ('expression' in licence) return licence.expression
  return 'id' in licence.license ? licence.license.id : licence.license.name
}
