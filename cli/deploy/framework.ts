/** The framework, in a process of its own: it packages, deploys and removes; all that people see of it is told here. */
import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { frameworkOf } from './checkout.ts'

export interface Framework {
  checkout: string
  env: Readonly<Record<string, string | undefined>>
}

/** Resolves to what it said. Throws the end of that when it fails. */
export function runFramework({ checkout, env }: Framework, args: readonly string[]): Promise<string> {
  return runInCheckout({ checkout, env }, frameworkOf(checkout), args)
}

/** Its lines that tell what went wrong stand at the end; before them stand those of the bundler. */
const toldLines = 25

/** On the project's own Node, whichever this command was started with. */
export function runInCheckout(
  { checkout, env }: Framework,
  command: string,
  args: readonly string[],
  input = '',
): Promise<string> {
  const bin = join(checkout, 'node_modules', '.bin')
  const child = spawn(command, args, {
    cwd: checkout,
    env: { ...env, PATH: `${bin}${delimiter}${env.PATH ?? ''}` } as NodeJS.ProcessEnv,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk))
  // It may end without having read it.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(said)
      const end = said.trim().split('\n').slice(-toldLines).join('\n')
      reject(new Error(end === '' ? `${command} ${args.join(' ')} ended with ${signal ?? code}` : end))
    })
  })
}
