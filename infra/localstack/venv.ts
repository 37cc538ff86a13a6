/**
 * A venv that is whole, or made anew: the mark is its last file. It has its own path in its files, so it is made where it
 * stays.
 */
import { access, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Environment, execute } from '../installation/execute.ts'
import { askVersion, type Python } from './python.ts'

const mark = 'complete'

/** The path of its Python. Of processes that do this at once, one at a time: see lock.ts. */
export async function ensureVenv({
  directory,
  python,
  env,
  fill,
}: {
  directory: string
  python: Python
  env: Environment
  fill: (venvPython: string) => Promise<void>
}): Promise<string> {
  const venvPython = join(directory, 'bin', 'python')
  if (await isWhole(directory, env)) return venvPython
  await rm(directory, { recursive: true, force: true })
  // Without pip, which takes longer than all else of it; who needs it brings it.
  await execute(python.path, ['-m', 'venv', '--without-pip', directory], env)
  await fill(venvPython)
  await writeFile(join(directory, mark), '')
  return venvPython
}

/** The Python that it was made of may be gone since. */
export async function isWhole(directory: string, env: Environment): Promise<boolean> {
  try {
    await access(join(directory, mark))
  } catch {
    return false
  }
  return (await askVersion(join(directory, 'bin', 'python'), env)) !== undefined
}
