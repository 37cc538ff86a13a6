/** The SBOM of the .deb: what its two programs hold, and the Node that it brings, with what that says it is made of. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HeldPackage } from './bundled-packages.ts'
import { readSbom } from './read-sbom.ts'
import { sbomOf } from './sbom.ts'

const name = 'vitals-agent.deb'

/** Needs those of agent.cjs and host.cjs in `sboms`; resolves to its path. */
export async function writeDebianSbom({ sboms, version }: { sboms: string; version: string }): Promise<string> {
  const programs = ['agent.cjs', 'host.cjs'].map((file) => readFile(join(sboms, `${file}.cdx.json`), 'utf8'))
  const held = (await Promise.all(programs)).flatMap((text) => readSbom(text).components)
  // What is in both stands once: by its address, as in any SBOM of ours.
  const packages = held.map(
    ({ name, version, licence = 'no licence named' }): HeldPackage => ({ directory: '', name, version, licence }),
  )
  // The last two number interfaces, and are nothing that is in it.
  const { node: nodeVersion, modules: _, napi: __, ...made } = process.versions
  const node: HeldPackage = { directory: '', name: 'node', version: nodeVersion, licence: 'MIT' }
  const parts = Object.entries(made).flatMap(([name, version]) => (version ? [{ name, version }] : []))
  const path = join(sboms, `${name}.cdx.json`)
  await writeFile(path, sbomOf({ name, version, packages: [...packages, node], parts: { node: parts } }))
  return path
}
