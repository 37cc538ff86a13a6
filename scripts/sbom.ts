/** What something that is shipped holds, as CycloneDX: without a time or a number of its own, so that twice the same comes out. */
import { Contrib, Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library'
import parse from 'spdx-expression-parse'
import type { HeldPackage } from './bundled-packages.ts'
import { licenceOf } from './licence-policy.ts'
import type { NativePart } from './native-parts.ts'

export interface Contents {
  /** What is shipped: `agent.cjs`, `evaluate`. */
  name: string
  version: string
  packages: readonly HeldPackage[]
  /** By the name of the package that is made of them. */
  parts?: Readonly<Record<string, readonly NativePart[]>>
}

const licences = new Contrib.License.Factories.LicenseFactory(parse)
const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6))

export function sbomOf({ name, version, packages, parts = {} }: Contents): string {
  const bom = new Models.Bom()
  const whole = new Models.Component(Enums.ComponentType.Application, name, {
    version,
    bomRef: `vitals/${name}@${version}`,
  })
  whole.licenses.add(licences.makeFromString('Apache-2.0'))
  bom.metadata.component = whole
  const byPurl = new Map(packages.map((one) => [purlOf(one), one]))
  for (const [purl, one] of byPurl) {
    const component = componentOf({ ...one, licence: spdxOf(one), purl })
    for (const part of parts[one.name] ?? []) component.components.add(componentOf(part, `${purl}/`))
    bom.components.add(component)
    whole.dependencies.add(component.bomRef)
  }
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`
}

function componentOf({ name, version, licence, purl }: NativePart, within = ''): Models.Component {
  const component = new Models.Component(Enums.ComponentType.Library, name, {
    version,
    bomRef: `${within}${purl ?? `${name}@${version}`}`,
    ...(purl === undefined ? {} : { purl }),
  })
  if (licence !== undefined) component.licenses.add(licences.makeFromString(licence))
  return component
}

/** https://github.com/package-url/purl-spec/blob/main/types-doc/npm-definition.md */
function purlOf({ name, version }: HeldPackage): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`
}

function spdxOf({ directory, name, licence }: HeldPackage): string {
  return licenceOf(directory, { name, license: licence })
}
