/** A Python that can run LocalStack: 3.12 or 3.13. On 3.11 most of its services fail to load, and it says that it is ready. */
import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Environment } from '../installation/execute.ts'

const run = promisify(execFile)

const answerMs = 20_000
/** What counts is what it says of itself; pyenv's shims answer with an error. A venv needs ensurepip. */
const question = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])'
const usable = ['3.13', '3.12']
const names = ['python3.13', 'python3.12', 'python3']

export interface Python {
  path: string
  /** `3.13` */
  version: string
}

/** The first that answers, on the PATH and then in pyenv's own directory; `undefined`: none. */
export async function findPython({
  env,
  pyenvRoot,
}: {
  env: Environment
  pyenvRoot: string
}): Promise<Python | undefined> {
  for (const path of [...names, ...(await pyenvPythons(pyenvRoot))]) {
    const version = await askVersion(path, env)
    if (version !== undefined && usable.includes(version)) return { path, version }
  }
  return undefined
}

/** Of any Python that can make a venv. */
export async function askVersion(path: string, env: Environment): Promise<string | undefined> {
  try {
    const { stdout } = await run(path, ['-c', question], { env: env as NodeJS.ProcessEnv, timeout: answerMs })
    return stdout.trim()
  } catch {
    // Not there, too old to know the words, or a shim.
    return undefined
  }
}

/** The newest first. */
async function pyenvPythons(pyenvRoot: string): Promise<string[]> {
  const versions = join(pyenvRoot, 'versions')
  const installed = await readdir(versions).catch(() => [])
  const fitting = installed.filter((name) => /^3\.1[23]\.\d+$/.test(name))
  const newestFirst = fitting.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
  return newestFirst.map((name) => join(versions, name, 'bin', 'python3'))
}
