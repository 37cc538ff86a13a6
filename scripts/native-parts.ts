/**
 * What a package of native code is made of, by the SBOM that its makers put into it. It has names, versions and licences, and no
 * texts: those are SPDX's, of the first of a choice that is the same for everybody, or else of the first.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import parse from 'spdx-expression-parse'
import texts from 'spdx-license-list/full.js'
import * as v from 'valibot'
import { notices } from './licences.ts'

export interface NativePart {
  name: string
  version: string
  /** An SPDX expression; absent where its makers tell none. */
  licence?: string
  purl?: string
}

const licenceSchema = v.union([
  v.object({ expression: v.string() }),
  v.object({ license: v.union([v.object({ id: v.string() }), v.object({ name: v.string() })]) }),
])
const sbomSchema = v.object({
  bomFormat: v.literal('CycloneDX'),
  components: v.array(
    v.object({
      type: v.string(),
      name: v.string(),
      version: v.optional(v.string()),
      purl: v.optional(v.string()),
      licenses: v.optional(v.array(licenceSchema)),
    }),
  ),
})

/** Of the package in `directory`; none where its makers tell nothing. */
export async function nativeParts(directory: string): Promise<NativePart[]> {
  const text = await readFile(join(directory, 'sbom.cdx.json'), 'utf8').catch(() => undefined)
  if (text === undefined) return []
  const { components } = v.parse(sbomSchema, JSON.parse(text))
  return components
    .filter(({ type }) => type === 'library')
    .map(({ name, version = 'of no version', purl, licenses: [licence] = [] }) => ({
      name,
      version,
      ...(purl === undefined ? {} : { purl }),
      ...(licence === undefined ? {} : { licence: expressionOf(licence) }),
    }))
}

function expressionOf(licence: v.InferOutput<typeof licenceSchema>): string {
  if ('expression' in licence) return licence.expression
  return 'id' in licence.license ? licence.license.id : licence.license.name
}

/** `standardTexts` as in licences.ts. */
export function nativeNotices(parts: readonly NativePart[], standardTexts: Readonly<Record<string, string>>): string {
  const told = parts.map(({ name, version, licence = 'no licence named' }) => {
    const ids = chosen(licence, standardTexts)
    const text = ids.map((id) => standardTexts[id] ?? texts[id]?.licenseText ?? `${id}: no text is known`)
    return { name, version, licence, text: text.join('\n\n').trim() }
  })
  return notices(told.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
}

function chosen(licence: string, standardTexts: Readonly<Record<string, string>>): string[] {
  try {
    // What Cargo wrote before there were expressions.
    return idsOf(parse(licence.replaceAll(' / ', ' OR ')), standardTexts)
  } catch {
    return [licence]
  }
}

function idsOf(node: parse.Info, standardTexts: Readonly<Record<string, string>>): string[] {
  if (!('conjunction' in node)) return [node.license]
  const [left, right] = [idsOf(node.left, standardTexts), idsOf(node.right, standardTexts)]
  if (node.conjunction === 'and') return [...left, ...right]
  return right.every((id) => Object.hasOwn(standardTexts, id)) ? right : left
}
