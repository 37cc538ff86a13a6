/** dist/sbom/LICENCES.md: by licence, the packages in what people get, and which of it has them. Made of the SBOMs beside it. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'

const componentSchema = v.object({
  name: v.string(),
  group: v.optional(v.string()),
  version: v.optional(v.string(), ''),
  licenses: v.optional(
    v.array(
      v.object({
        expression: v.optional(v.string()),
        license: v.optional(v.object({ id: v.optional(v.string()), name: v.optional(v.string()) })),
      }),
    ),
    [],
  ),
})
const sbomSchema = v.object({
  metadata: v.object({ component: v.object({ name: v.string() }) }),
  components: v.optional(
    v.array(v.object({ ...componentSchema.entries, components: v.optional(v.array(componentSchema), []) })),
    [],
  ),
})

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
  const parsed = sboms.map((text) => v.parse(sbomSchema, JSON.parse(text)))
  const rows = parsed.flatMap(({ metadata, components }) =>
    components.flatMap(({ components: parts, ...whole }) => {
      const within = metadata.component.name
      return [rowOf(whole, within), ...parts.map((part) => rowOf(part, within, `${whole.name}: `))]
    }),
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

function rowOf(one: v.InferOutput<typeof componentSchema>, within: string, before = '') {
  const said = one.licenses.map(({ expression, license }) => expression ?? license?.id ?? license?.name ?? '')
  const name = [one.group, one.name].filter((part) => part !== undefined).join('/')
  return { licence: said.join(' AND ') || 'No licence named', name: `${before}${name} ${one.version}`.trim(), within }
}
