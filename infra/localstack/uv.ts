/** uv, which installs in seconds what takes pip a minute, in a venv of its own; with the settings of the machine's pip. */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Environment, execute, type Say } from '../installation/execute.ts'
import { askVersion, type Python } from './python.ts'
import { ensureVenv } from './venv.ts'

const lockPath = join(import.meta.dirname, 'uv-requirements.lock')

export interface Uv {
  run(args: readonly string[], more?: Environment): Promise<string>
}

export async function ensureUv({
  cache,
  python,
  env,
}: {
  cache: string
  python: Python
  env: Environment
}): Promise<Uv> {
  const version = /^uv==(\S+)/m.exec(await readFile(lockPath, 'utf8'))?.[1] ?? 'unknown'
  const venvPython = await ensureVenv({
    directory: join(cache, `uv-${version}-py${python.version}`),
    python,
    env,
    fill: (path) => pipInstall(path, lockPath, env),
  })
  const settings = { ...env, ...(await settingsOfPip(venvPython, env)) }
  const uv = join(venvPython, '..', 'uv')
  return { run: (args, more) => execute(uv, args, { ...settings, ...more }) }
}

/** With whatever Python there is for uv itself. Throws with what to install instead. */
export async function fetchPython({ cache, env, say }: { cache: string; env: Environment; say: Say }): Promise<Python> {
  say('There is no Python 3.12 or 3.13 here: uv fetches one …')
  try {
    const version = await askVersion('python3', env)
    if (version === undefined) throw new Error('there is no python3 that can make a venv to run uv in')
    const uv = await ensureUv({ cache, python: { path: 'python3', version }, env })
    const here = { UV_PYTHON_INSTALL_DIR: join(cache, 'python') }
    await mkdir(here.UV_PYTHON_INSTALL_DIR, { recursive: true })
    await uv.run(['python', 'install', '--quiet', '3.13'], here)
    return { path: await uv.run(['python', 'find', '--managed-python', '3.13'], here), version: '3.13' }
  } catch (cause) {
    throw new Error(
      'LocalStack needs Python 3.12 or 3.13 with venv; none is on the PATH or in pyenv, and none could be fetched. ' +
        'Install one, e.g. with apt-get install python3.13 python3.13-venv, or pyenv install 3.13. ' +
        `(${(cause as Error).message})`,
      { cause },
    )
  }
}

/** Each file is held to its hash. */
export async function pipInstall(python: string, requirements: string, env: Environment): Promise<void> {
  await execute(python, ['-m', 'ensurepip', '--default-pip'], env)
  const options = ['--quiet', '--disable-pip-version-check', '--require-hashes', '-r', requirements]
  await execute(python, ['-m', 'pip', 'install', ...options], env)
}

/** uv reads none of pip's settings: where packages come from, and whose certificates are trusted, is handed on. */
async function settingsOfPip(python: string, env: Environment): Promise<Environment> {
  const list = await execute(python, ['-m', 'pip', 'config', 'list'], env).catch(() => '')
  // `global.index-url='https://…'`; what is set for `install` alone, or in the environment, goes before it.
  const setting = (name: string) =>
    [':env:', 'install', 'global']
      .map((section) => list.split('\n').find((line) => line.startsWith(`${section}.${name}=`)))
      .find((line) => line !== undefined)
      ?.replace(/^[^=]*='(.*)'$/, '$1')
  const index = env.UV_DEFAULT_INDEX ?? setting('index-url')
  const certificates = env.SSL_CERT_FILE ?? setting('cert')
  return {
    ...(index === undefined ? {} : { UV_DEFAULT_INDEX: index }),
    ...(certificates === undefined ? {} : { SSL_CERT_FILE: certificates }),
  }
}
