/** Which packages a bundle holds, by esbuild's own account of it: those that left bytes in it, no more. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'

export interface HeldPackage {
  /** Below the root: `node_modules/a/node_modules/b`. */
  directory: string
  name: string
  version: string
  /** As its manifest says it. */
  licence: string
}

/** What was bundled earlier, and is committed: esbuild sees our own file. */
const madeOf: Readonly<Record<string, string>> = {
  'functions/report/page-script.generated.ts': 'node_modules/uplot',
}

export async function bundledPackages(outputs: Metafile['outputs'], root: string): Promise<HeldPackage[]> {
  const held = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  )
  const directories = held.flatMap((path) => madeOf[path] ?? packagePath.exec(path)?.[0] ?? [])
  const packages = [...new Set(directories)].map((directory) => readPackage(root, directory))
  return (await Promise.all(packages)).toSorted(byName)
}

const packagePath = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/

function byName(a: HeldPackage, b: HeldPackage): number {
  return `${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1
}

export async function readPackage(root: string, directory: string): Promise<HeldPackage> {
  const manifest = JSON.parse(await readFile(join(root, directory, 'package.json'), 'utf8')) as Record<string, unknown>
  const { name, version, license } = manifest
  return { directory, name: String(name), version: String(version), licence: String(license ?? 'no licence named') }
}
