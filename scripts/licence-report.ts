/** dist/sbom/LICENCES.md: by licence, the packages in what people get, and which of it has them. Made of the SBOMs beside it. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSbom, type SbomComponent } from './read-sbom.ts'

/** Resolves to its path. */
export async function writeLicenceReport(sboms: string): Promise<string> {
  const files = (await readdir(sboms)).filter((name) => name.endsWith('.cdx.json')).toSorted()
  const texts = await Promise.all(files.map((name) => readFile(join(sboms, name), 'utf8')))
  const path = join(sboms, 'LICENCES.md')
  await writeFile(path, licenceReport(texts))
  return path
}

/** Of SBOMs, as Markdown; parts of native code stand behind what they are in. */
export function licenceReport(sboms: readonly string[]): string {
  const rows = sboms
    .map(readSbom)
    .flatMap(({ name: within, components }) =>
      components.flatMap((whole) => [
        rowOf(whole, within),
        ...whole.parts.map((part) => rowOf(part, within, `${whole.name}: `)),
      ]),
    )
  const byLicence = [...Map.groupBy(rows, ({ licence }) => licence)].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const sections = byLicence.map(([licence, those]) => {
    const byName = [...Map.groupBy(those, ({ name }) => name)].toSorted(([a], [b]) => (a < b ? -1 : 1))
    const lines = byName.map(
      ([name, found]) => `| ${name} | ${[...new Set(found.map(({ within }) => within))].join(', ')} |`,
    )
    return `## ${licence}\n\n| package | in |\n|---|---|\n${lines.join('\n')}\n`
  })
  return ['# Licences of the packages in what is shipped\n', ...sections].join('\n')
}

function rowOf({ name, version, licence = 'No licence named' }: SbomComponent, within: string, before = '') {
  return { licence, name: `${before}${name} ${version}`, within }
}
