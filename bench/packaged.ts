/** The packages of the functions, each unpacked where nothing else is to be found, and started from there. */
import { execFileSync } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type FunctionName, functionNames, type PackageSize } from '../scripts/package-bounds.ts'
import { packageSize } from '../scripts/package-weights.ts'
import { type FunctionProcess, startFunction } from './function-process.ts'

const root = join(import.meta.dirname, '..')
/** A handler that does nothing: what every start takes. */
export const empty = 'empty'
export type Packaged = FunctionName | typeof empty

/** Builds them, for this machine, and resolves to what they weigh. */
export async function unpack(directory: string): Promise<Record<FunctionName, PackageSize>> {
  execFileSync(process.execPath, [join(root, 'scripts', 'build-functions.ts')], { cwd: root, stdio: 'ignore' })
  const built = join(root, 'dist', 'functions')
  const sizes = functionNames.map(async (name) => {
    await cp(join(built, name), join(directory, name, 'dist', 'functions', name), { recursive: true })
    return [name, await packageSize(join(built, name), `dist/functions/${name}/`)] as const
  })
  await mkdir(join(directory, empty))
  await writeFile(join(directory, empty, 'index.mjs'), 'export const handler = async () => ({})\n')
  return Object.fromEntries(await Promise.all(sizes)) as Record<FunctionName, PackageSize>
}

export async function startPackaged(
  directory: string,
  name: Packaged,
  env: Readonly<Record<string, string>>,
): Promise<FunctionProcess> {
  const handler = name === empty ? 'index.handler' : `dist/functions/${name}/index.handler`
  return startFunction({ taskRoot: join(directory, name), handler, memoryMb: await memoryOf(name), env })
}

async function memoryOf(name: Packaged): Promise<number> {
  if (name === empty) return 128
  const described = await readFile(join(root, 'functions', name, 'function.yml'), 'utf8')
  return Number(/^memorySize: (\d+)$/m.exec(described)?.[1])
}
