import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A command that runs a script of ours on this Node: `<script> <args …> <its own path> …`. Needs no PATH. */
export async function fakeExecutable(path: string, script: string, ...args: string[]): Promise<string> {
  const quoted = [process.execPath, script, ...args].map((word) => `'${word}'`)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `#!/bin/sh\nexec ${quoted.join(' ')} "$0" "$@"\n`)
  await chmod(path, 0o755)
  return path
}
