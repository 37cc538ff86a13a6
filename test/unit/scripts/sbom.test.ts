import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readPackage } from '../../../scripts/bundled-packages.ts'
import { writeDebianSbom } from '../../../scripts/debian-sbom.ts'
import { licenceReport } from '../../../scripts/licence-report.ts'
import { nativeNotices, nativeParts } from '../../../scripts/native-parts.ts'
import { readSbom } from '../../../scripts/read-sbom.ts'
import { sbomOf } from '../../../scripts/sbom.ts'
import { schemaProblems } from './cyclonedx-schema.ts'

const native = `node_modules/@napi-rs/canvas-linux-${process.arch}-gnu`
const root = process.cwd()

async function renderer(): Promise<string> {
  const directories = [native, 'node_modules/dejavu-fonts-ttf', 'node_modules/valibot']
  const packages = await Promise.all(directories.map((directory) => readPackage(root, directory)))
  const parts = { [native.replace('node_modules/', '')]: await nativeParts(native) }
  return sbomOf({ name: 'report', version: '1.2.3', packages, parts })
}

describe('the SBOM of a bundle', () => {
  it('is valid CycloneDX, and the same each time', async () => {
    const sbom = await renderer()
    expect(schemaProblems(sbom)).toEqual([])
    expect(await renderer()).toBe(sbom)
  })

  it('names each package with version, address and licence, and what native code is made of', async () => {
    const { metadata, components, dependencies } = JSON.parse(await renderer())
    expect(metadata.component).toMatchObject({ type: 'application', name: 'report', version: '1.2.3' })
    const [, canvas, fonts, valibot] = [undefined, ...components]
    expect(fonts).toMatchObject({ name: 'dejavu-fonts-ttf', licenses: [{ license: { id: 'Bitstream-Vera' } }] })
    const { version } = JSON.parse(readFileSync('node_modules/valibot/package.json', 'utf8'))
    expect(valibot).toEqual({
      type: 'library',
      name: 'valibot',
      version,
      'bom-ref': `pkg:npm/valibot@${version}`,
      purl: `pkg:npm/valibot@${version}`,
      licenses: [{ license: { id: 'MIT' } }],
    })
    expect(canvas.purl).toMatch(/^pkg:npm\/%40napi-rs\/canvas-linux-/)
    const parts = new Map<string, object>(canvas.components.map((one: { name: string }) => [one.name, one]))
    expect(parts.get('freetype')).toMatchObject({ licenses: [{ license: { id: 'FTL' } }] })
    expect(parts.get('serde')).toMatchObject({ licenses: [{ expression: 'MIT OR Apache-2.0' }] })
    expect(dependencies).toContainEqual({
      ref: metadata.component['bom-ref'],
      dependsOn: components.map((one: Record<string, string>) => one['bom-ref']),
    })
  })

  it('is told from what a schema refuses', () => {
    expect(schemaProblems('{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "x"}]}')).toEqual([
      "/components/0: must have required property 'type'",
    ])
  })

  it('becomes a report by licence, with who has the package', async () => {
    const valibot = await readPackage(root, 'node_modules/valibot')
    const agent = sbomOf({ name: 'agent.cjs', version: '1.2.3', packages: [valibot] })
    const report = licenceReport([agent, await renderer()])
    expect(report).toContain(`| valibot ${valibot.version} | agent.cjs, report |`)
    expect(report).toMatch(/\n## FTL\n\n.*\n.*\n\| @napi-rs\/canvas-linux-\S+: freetype \w+ \| report \|\n/)
  })
})

describe('the SBOM of the .deb', () => {
  const sboms = mkdtempSync(join(tmpdir(), 'vitals-sbom-'))
  afterAll(() => rmSync(sboms, { recursive: true }))

  it('has what its two programs hold, once, and its Node with what that is made of', async () => {
    const valibot = await readPackage(root, 'node_modules/valibot')
    for (const name of ['agent.cjs', 'host.cjs']) {
      writeFileSync(join(sboms, `${name}.cdx.json`), sbomOf({ name, version: '1.2.3', packages: [valibot] }))
    }
    const sbom = readFileSync(await writeDebianSbom({ sboms, version: '1.2.3' }), 'utf8')
    expect(schemaProblems(sbom)).toEqual([])
    const { name, components } = readSbom(sbom)
    expect(name).toBe('vitals-agent.deb')
    expect(components.map(({ name, version }) => [name, version])).toEqual([
      ['node', process.versions.node],
      ['valibot', valibot.version],
    ])
    const parts = components[0]?.parts.map(({ name, version }) => `${name} ${version}`)
    expect(parts).toEqual(expect.arrayContaining([`v8 ${process.versions.v8}`, `openssl ${process.versions.openssl}`]))
  })
})

describe('the notices of native code', () => {
  const standard = { 'Apache-2.0': 'the standard text' }

  it('have the text of each licence once, of a choice the one that is the same for everybody', () => {
    const text = nativeNotices(
      [
        { name: 'one', version: '1.0.0', licence: 'MIT OR Apache-2.0' },
        { name: 'two', version: '2.0.0', licence: 'Apache-2.0 / MIT' },
        { name: 'three', version: '3.0.0', licence: '(MIT OR Apache-2.0) AND Zlib' },
        { name: 'four', version: '4.0.0' },
      ],
      standard,
    )
    const [first, second, third] = text.split(/\n-{80}\n\n/)
    expect(first).toBe('four 4.0.0 (no licence named)\n\nno licence named: no text is known\n')
    expect(second).toBe('one 1.0.0 (MIT OR Apache-2.0)\ntwo 2.0.0 (Apache-2.0 / MIT)\n\nthe standard text\n')
    expect(third).toMatch(/^three 3\.0\.0 .*\n\nthe standard text\n\nzlib License\n/)
  })

  it('are complete for the renderer: there is a text for each licence that its makers name', async () => {
    const parts = await nativeParts(native)
    expect(parts.length).toBeGreaterThan(100)
    const unknown = nativeNotices(parts, standard).match(/^.*: no text is known$/gm)
    expect(unknown).toEqual(['no licence named: no text is known'])
  })
})
