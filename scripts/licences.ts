/** Licence notices of what a bundle holds: the packages that esbuild counted into it, no more, each with its own text (equal ones once). */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'

/** Where a bundle's notices stand, beside it; the bundle's last line says so. */
export const noticesOf = (bundle: string): string => `${bundle}.LICENSES.txt`

interface Package {
  directory: string
  name: string
  version: string
  licence: string
}

/**
 * `standardTexts`: by SPDX identifier, texts that are the same for everybody (Apache-2.0). A package of any other licence
 * must bring its own, since that names who it is from. Throws one error that names each package which can't be named.
 */
export async function licenceNotices({
  outputs,
  root,
  standardTexts,
}: {
  outputs: Metafile['outputs']
  root: string
  standardTexts: Readonly<Record<string, string>>
}): Promise<string> {
  const packages = await Promise.all(packageDirectories(outputs).map((directory) => readManifest(root, directory)))
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
  const byText = Map.groupBy(told.toSorted(byName), ({ text }) => text?.trim())
  return [...byText]
    .map(
      ([text, those]) =>
        `${those.map(({ name, version, licence }) => `${name} ${version} (${licence})\n`).join('')}\n${text}\n`,
    )
    .join(`\n${'-'.repeat(80)}\n\n`)
}

const packagePath = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/

function byName(a: Package, b: Package): number {
  return `${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1
}

/** Of files that left bytes in the bundle: what was only looked at is in no notice. */
function packageDirectories(outputs: Metafile['outputs']): string[] {
  const held = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  )
  return [...new Set(held.flatMap((path) => packagePath.exec(path)?.[0] ?? []))]
}

async function readManifest(root: string, directory: string): Promise<Package> {
  const manifest = JSON.parse(await readFile(join(root, directory, 'package.json'), 'utf8')) as Record<string, unknown>
  const { name, version, license } = manifest
  return { directory, name: String(name), version: String(version), licence: String(license ?? 'no licence named') }
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
