/**
 * What a package of native code is made of, by the SBOM that its makers put into it. It has names, versions and licences, and no
 * texts: those are SPDX's, of the first of a choice that is the same for everybody, or else of the first.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import parse from 'spdx-expression-parse'
import texts from 'spdx-license-list/full.js'
import { notices } from './licences.ts'
import { readSbom, type SbomComponent } from './read-sbom.ts'

export type NativePart = Pick<SbomComponent, 'name' | 'version' | 'licence' | 'purl'>

/** Of the package in `directory`; none where its makers tell nothing. */
export async function nativeParts(directory: string): Promise<NativePart[]> {
  const text = await readFile(join(directory, 'sbom.cdx.json'), 'utf8').catch(() => undefined)
  return text === undefined ? [] : readSbom(text).components.filter(({ type }) => type === 'library')
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
