/** A Python with packages from PyPI, in a virtual environment below .cache/, made when it is first needed. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export function pythonWith(...names: string[]): string {
  const directory = join(import.meta.dirname, '..', '.cache', `python-${names.join('-')}`)
  const python = join(directory, 'bin', 'python')
  if (existsSync(join(directory, '.ready'))) return python
  console.log(`  (installing ${names.join(' and ')} from PyPI into .cache/ …)`)
  run('python3', ['-m', 'venv', directory])
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...names])
  run('touch', [join(directory, '.ready')])
  return python
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`)
}
