import { cwd, env } from 'node:process'
import { readTarget } from '../deploy/target.ts'
import type { Parsed } from '../options.ts'
import type { Terminal } from '../terminal.ts'

interface Run {
  parsed: Parsed
  terminal: Terminal
}

/** Loaded when it is asked for: every other command does without these clients of AWS. */
export async function runDeploy(run: Run): Promise<void> {
  useRegion(run)
  const { deploy } = await import('../deploy/deploy.ts')
  await deploy({ ...run, directory: cwd() })
}

export async function runDestroy(run: Run): Promise<void> {
  useRegion(run)
  const { destroy } = await import('../deploy/destroy.ts')
  await destroy({ ...run, directory: cwd() })
}

/** All clients of AWS in this process ask the region of the stack, whatever the profile says. */
function useRegion({ parsed, terminal }: Run): void {
  env.AWS_REGION = readTarget(parsed, terminal.env).region
}
