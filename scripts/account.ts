/** What a bundle says of itself: licence notices beside it, which go wherever it goes, and an SBOM for whoever asks. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Metafile } from 'esbuild'
import spdxTexts from 'spdx-license-list/full.js'
import manifest from '../package.json' with { type: 'json' }
import { bundledPackages, type HeldPackage } from './bundled-packages.ts'
import { expectShippable, licenceOf } from './licence-policy.ts'
import { licenceNotices, noticesOf } from './licences.ts'
import { nativeNotices, nativeParts } from './native-parts.ts'
import { sbomOf } from './sbom.ts'

export interface Account {
  root: string
  /** The file, which esbuild made with `legalComments: 'external'`. */
  bundle: string
  /** What it is called where it is shipped: `agent.cjs`, `evaluate`. */
  name: string
  outputs: Metafile['outputs']
  /** Packages that are shipped beside it as they are. */
  beside?: readonly HeldPackage[]
  /** Where SBOMs go. */
  sboms: string
}

/** The last line of a bundle: where its licences are. */
export function noticesLine(bundle: string): string {
  return `// Licences of the packages in this file: ${basename(noticesOf(bundle))}`
}

/** Resolves to the paths of the notices and of the SBOM. */
export async function accountFor({ root, bundle, name, outputs, beside = [], sboms }: Account): Promise<string[]> {
  const standardTexts = {
    // The project's own licence, word for word.
    'Apache-2.0': await readFile(join(root, 'LICENSE'), 'utf8'),
    // These ask for no notice.
    'MIT-0': spdxTexts['MIT-0']?.licenseText ?? '',
  }
  const packages = await bundledPackages(outputs, root)
  expectShippable([...packages, ...beside])
  const inCode = await readFile(`${bundle}.LEGAL.txt`, 'utf8').catch(() => '')
  await rm(`${bundle}.LEGAL.txt`, { force: true })
  const found = beside.map(async (one) => [one.name, await nativeParts(join(root, one.directory))] as const)
  const parts = (await Promise.all(found)).filter(([, made]) => made.length > 0)
  const sections = [
    `Packages in ${basename(bundle)}, and their licences.\n\n${await licenceNotices({ packages, root, standardTexts })}`,
    inCode,
    ...(beside.length === 0
      ? []
      : [`Packages beside it: ${beside.map(named).join(', ')}. Their licences are in their folders.\n`]),
    ...parts.map(
      ([of, made]) => `What ${of} is made of, and licences of that kind.\n\n${nativeNotices(made, standardTexts)}`,
    ),
  ]
  const notices = noticesOf(bundle)
  await writeFile(notices, sections.filter((section) => section !== '').join('\n'))
  await mkdir(sboms, { recursive: true })
  const sbom = join(sboms, `${name}.cdx.json`)
  const held = [...packages, ...beside]
  await writeFile(sbom, sbomOf({ name, version: manifest.version, packages: held, parts: Object.fromEntries(parts) }))
  return [notices, sbom]
}

function named({ directory, name, version, licence }: HeldPackage): string {
  return `${name} ${version} (${licenceOf(directory, { name, license: licence })})`
}
