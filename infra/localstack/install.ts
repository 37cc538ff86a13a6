/**
 * LocalStack in a venv outside the sources, made once for a Python, a lock file and a version. A venv that was not finished
 * has no mark, and is made anew.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { askVersion, findPython, type Python } from './python.ts'

const run = promisify(execFile)
const here = import.meta.dirname
const lockPath = join(here, 'requirements.lock')
const uvLockPath = join(here, 'uv.lock')
const mark = 'complete'
/** Enough for the slowest network that is worth waiting for. */
const installMs = 15 * 60_000
const outputMaxBytes = 64 * 1024 * 1024

export type Say = (text: string) => void

/** The path of the venv's Python, which has LocalStack. Throws with what to do. */
export async function ensureInstalled({
  env,
  say,
}: {
  env: Readonly<Record<string, string | undefined>>
  say: Say
}): Promise<string> {
  const cache = cacheDirectory(env)
  await mkdir(cache, { recursive: true })
  const lock = createHash('sha256')
    .update(await readFile(lockPath))
    .digest('hex')
    .slice(0, 12)
  const found = await findPython({ pyenvRoot: env.PYENV_ROOT ?? join(homedir(), '.pyenv') })
  const python = found ?? (await fetchPython({ cache, env, say }))
  const venv = join(cache, `localstack-4.14.0-py${python.version}-${lock}`)
  const venvPython = join(venv, 'bin', 'python')
  if (await isThere(join(venv, mark))) return venvPython
  say(`Installing LocalStack for Python ${python.version} into ${venv}, some ten seconds …`)
  const startMs = performance.now()
  await rm(venv, { recursive: true, force: true })
  await tell(`${python.path} -m venv ${venv}`, () => execute(python.path, ['-m', 'venv', venv], env))
  await installInto({ venvPython, cache, python, env })
  await writeFile(join(venv, mark), '')
  say(`LocalStack is installed (${((performance.now() - startMs) / 1_000).toFixed(1)} s).`)
  return venvPython
}

export function cacheDirectory(env: Readonly<Record<string, string | undefined>>): string {
  return join(env.VITALS_CACHE_DIR || env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vitals')
}

/** With uv, which takes seconds; by pip where that fails. Each file is held to its hash. */
async function installInto({
  venvPython,
  cache,
  python,
  env,
}: {
  venvPython: string
  cache: string
  python: Python
  env: Readonly<Record<string, string | undefined>>
}): Promise<void> {
  try {
    const uv = await ensureUv({ cache, python, env })
    await execute(uv, ['pip', 'install', '--quiet', '--python', venvPython, '--require-hashes', '-r', lockPath], {
      ...env,
      ...(await uvSettings(python, env)),
    })
  } catch {
    await tell('pip install of infra/localstack/requirements.lock', () => pipInstall(venvPython, lockPath, env))
  }
}

async function ensureUv({
  cache,
  python,
  env,
}: {
  cache: string
  python: Python
  env: Readonly<Record<string, string | undefined>>
}): Promise<string> {
  const version = /^uv==(\S+)/m.exec(await readFile(uvLockPath, 'utf8'))?.[1] ?? 'unknown'
  const venv = join(cache, `uv-${version}-py${python.version}`)
  if (!(await isThere(join(venv, mark)))) {
    await rm(venv, { recursive: true, force: true })
    await execute(python.path, ['-m', 'venv', venv], env)
    await pipInstall(join(venv, 'bin', 'python'), uvLockPath, env)
    await writeFile(join(venv, mark), '')
  }
  return join(venv, 'bin', 'uv')
}

/** uv reads no settings of pip: where packages come from, and whose certificates are trusted, is handed on. */
async function uvSettings(
  python: Python,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, string>> {
  const setting = async (name: string) => {
    const { stdout } = await execute(python.path, ['-m', 'pip', 'config', 'get', name], env).catch(() => ({
      stdout: '',
    }))
    return stdout.trim()
  }
  const index = env.UV_DEFAULT_INDEX ?? env.PIP_INDEX_URL ?? (await setting('global.index-url'))
  const certificates = env.SSL_CERT_FILE ?? env.PIP_CERT ?? (await setting('global.cert'))
  return {
    ...(index === '' ? {} : { UV_DEFAULT_INDEX: index }),
    ...(certificates === '' ? {} : { SSL_CERT_FILE: certificates }),
  }
}

/** With whatever Python is there for uv itself. */
async function fetchPython({
  cache,
  env,
  say,
}: {
  cache: string
  env: Readonly<Record<string, string | undefined>>
  say: Say
}): Promise<Python> {
  say('There is no Python 3.12 or 3.13 here: uv fetches one …')
  try {
    const version = await askVersion('python3')
    if (version === undefined) throw new Error('there is no python3 with venv')
    const uv = await ensureUv({ cache, python: { path: 'python3', version }, env })
    const settings = { ...env, UV_PYTHON_INSTALL_DIR: join(cache, 'python') }
    await execute(uv, ['python', 'install', '--quiet', '3.13'], settings)
    const { stdout } = await execute(uv, ['python', 'find', '--managed-python', '3.13'], settings)
    return { path: stdout.trim(), version: '3.13' }
  } catch (cause) {
    throw new Error(
      'LocalStack needs Python 3.12 or 3.13 with venv, and none was found or could be fetched: install one, e.g. ' +
        `apt-get install python3.13 python3.13-venv, or pyenv install 3.13 (${firstLine(cause)})`,
      { cause },
    )
  }
}

function pipInstall(
  python: string,
  requirements: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<unknown> {
  return execute(
    python,
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '-r', requirements],
    env,
  )
}

async function tell<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string }
    const said = stderr.trim().split('\n').slice(-5).join('\n')
    throw new Error(`${what} failed: ${said === '' ? firstLine(cause) : said}`, { cause })
  }
}

function execute(command: string, args: readonly string[], env: Readonly<Record<string, string | undefined>>) {
  return run(command, args, { env: env as NodeJS.ProcessEnv, timeout: installMs, maxBuffer: outputMaxBytes })
}

function firstLine(error: unknown): string {
  return (error as Error).message.split('\n')[0] ?? ''
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
