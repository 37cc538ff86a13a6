/** LocalStack in a venv outside the sources, made once for a Python and a lock file. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type InstallOptions, inCache } from '../installation/cache.ts'
import { findPython, type Python } from './python.ts'
import { ensureUv, fetchPython, pipInstall } from './uv.ts'
import { ensureVenv, isWhole } from './venv.ts'

const version = '4.14.0'
const lockPath = join(import.meta.dirname, 'requirements.lock')

/** False in what is built of these sources: what is to be installed stands beside this file. */
export function isInstallable(): boolean {
  return existsSync(lockPath)
}

/** The path of the venv's Python, which has LocalStack. Throws with what to do. */
export async function ensureInstalled(options: InstallOptions): Promise<string> {
  return inCache(options, (cache) => installUnlessThere({ ...options, cache }))
}

async function installUnlessThere({ cache, env, say }: InstallOptions & { cache: string }): Promise<string> {
  const pyenvRoot = env.PYENV_ROOT ?? join(homedir(), '.pyenv')
  const python = (await findPython({ env, pyenvRoot })) ?? (await fetchPython({ cache, env, say }))
  const hash = createHash('sha256').update(await readFile(lockPath))
  const directory = join(cache, `localstack-${version}-py${python.version}-${hash.digest('hex').slice(0, 12)}`)
  const isThere = await isWhole(directory, env)
  if (!isThere) say(`Installing LocalStack for Python ${python.version} into ${directory}, some ten seconds …`)
  const startMs = performance.now()
  const fill = (venvPython: string) => install({ venvPython, cache, python, env, say })
  const venvPython = await ensureVenv({ directory, python, env, fill })
  if (!isThere) say(`LocalStack is installed (${((performance.now() - startMs) / 1_000).toFixed(1)} s).`)
  return venvPython
}

/** Each file is held to its hash. */
async function install({
  venvPython,
  cache,
  python,
  env,
  say,
}: InstallOptions & { venvPython: string; cache: string; python: Python }): Promise<void> {
  try {
    const uv = await ensureUv({ cache, python, env })
    await uv.run(['pip', 'install', '--quiet', '--python', venvPython, '--require-hashes', '-r', lockPath])
  } catch (error) {
    say(`${(error as Error).message}\nTrying pip, which takes a minute …`)
    await pipInstall(venvPython, lockPath, env)
  }
}
