/** The library as a user gets it: packed by npm, unpacked into a directory that has nothing else. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = process.cwd()

export interface UserDirectory {
  path: string
  /** A program as a file of the directory, run to its end. */
  run(
    name: string,
    program: string,
    env?: Record<string, string>,
  ): Promise<{ status: number; stdout: string; stderr: string }>
  clear(): Promise<void>
}

/** Builds and packs; resolves to the directory that has the package as npm unpacks it. */
export async function packLibrary(): Promise<{ path: string; clear(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'vitals-pack-'))
  await run(process.execPath, ['scripts/build.ts', '--only', 'command,agent,library'], { cwd: root })
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', path], { cwd: root })
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  await run('tar', ['-xzf', join(path, `vitals-${version}.tgz`), '-C', path])
  return { path: join(path, 'package'), clear: () => rm(path, { recursive: true }) }
}

/** What npm would install beside the package is taken from here: this works without a network. */
export async function makeUserDirectory(packed: string): Promise<UserDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'vitals-user-'))
  const installed = join(path, 'node_modules')
  await mkdir(installed)
  await cp(packed, join(installed, 'vitals'), { recursive: true })
  const { dependencies } = JSON.parse(await readFile(join(packed, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  for (const name of [...Object.keys(dependencies), '@types/node', 'undici-types']) {
    await mkdir(dirname(join(installed, name)), { recursive: true })
    await symlink(join(root, 'node_modules', name), join(installed, name))
  }
  await writeFile(join(path, 'package.json'), '{ "type": "module", "private": true }\n')
  return {
    path,
    run: async (name, program, env = {}) => {
      await writeFile(join(path, name), program)
      const inherited = Object.entries(process.env).filter(([key]) => !/^(?:MONITOR_|AWS_|VITEST|NODE_)/.test(key))
      const options = { cwd: path, env: { ...Object.fromEntries(inherited), ...env }, timeout: 60_000 }
      return new Promise((resolve) => {
        execFile(process.execPath, [name], options, (error, stdout, stderr) =>
          resolve({ status: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
        )
      })
    },
    clear: () => rm(path, { recursive: true, force: true }),
  }
}
