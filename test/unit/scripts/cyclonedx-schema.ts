/** The published schema of CycloneDX 1.6, which its own library brings. */
import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'

const base = 'http://cyclonedx.org/schema/'
const read = (name: string) =>
  JSON.parse(readFileSync(`node_modules/@cyclonedx/cyclonedx-library/res/schema/${name}`, 'utf8')) as object

// Formats are those of addresses and dates: there are none in what we write but package URLs, which are any text to the schema.
const ajv = new Ajv({ strict: false, validateFormats: false })
for (const name of ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json'])
  ajv.addSchema(read(name), base + name)
const check = ajv.compile(read('bom-1.6.SNAPSHOT.schema.json'))

/** What is wrong with it, with the place; none when it is well. */
export function schemaProblems(sbom: string): string[] {
  check(JSON.parse(sbom))
  return (check.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`)
}
