/** Licence notices: the packages that something holds, no more, each with its own text (equal ones once). */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HeldPackage } from './bundled-packages.ts'

/** Where a bundle's notices stand, beside it; the bundle's last line says so. */
export const noticesOf = (bundle: string): string => `${bundle}.LICENSES.txt`

/**
 * `standardTexts`: by SPDX identifier, texts that are the same for everybody (Apache-2.0). A package of any other licence
 * must bring its own, since that names who it is from. Throws one error that names each package which can't be named.
 */
export async function licenceNotices({
  packages,
  root,
  standardTexts,
}: {
  packages: readonly HeldPackage[]
  root: string
  standardTexts: Readonly<Record<string, string>>
}): Promise<string> {
  const told = await Promise.all(
    packages.map(async (one) => {
      const texts = await textsOf(join(root, one.directory))
      return { ...one, text: texts ?? standardTexts[one.licence] }
    }),
  )
  const silent = told.filter(({ text }) => text === undefined)
  if (silent.length > 0) {
    const names = silent.map(({ directory, version, licence }) => `\n  ${directory} ${version} (${licence})`)
    throw new Error(
      `licence notices: expected a LICENSE file in each bundled package, and there is none in${names.join('')}`,
    )
  }
  return notices(told.map(({ text = '', ...one }) => ({ ...one, text: text.trim() })))
}

/** What has the same text stands over it together. */
export function notices(told: readonly { name: string; version: string; licence: string; text: string }[]): string {
  return [...Map.groupBy(told, ({ text }) => text)]
    .map(
      ([text, those]) =>
        `${those.map(({ name, version, licence }) => `${name} ${version} (${licence})\n`).join('')}\n${text}\n`,
    )
    .join(`\n${'-'.repeat(80)}\n\n`)
}

/** LICENSE, LICENCE.md, NOTICE, COPYING, LICENSE-MIT and their like; all of them. */
async function textsOf(directory: string): Promise<string | undefined> {
  const names = (await readdir(directory)).filter((name) =>
    /^(?:licen[cs]e|copying|notice)\b(?!.*\.[cm]?[jt]s$)/i.test(name),
  )
  if (!names.some((name) => !/^notice/i.test(name))) return undefined
  const texts = await Promise.all(names.toSorted().map((name) => readFile(join(directory, name), 'utf8')))
  return texts.map((text) => text.trim()).join('\n\n')
}
