/** What a deployment and its removal begin with: what was asked, in which clone, of which stack. */
import { UsageError } from '../errors.ts'
import type { Parsed } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import { findCheckout } from './checkout.ts'
import type { Framework } from './framework.ts'
import { readTarget, type Target } from './target.ts'

export interface Context {
  parsed: Parsed
  terminal: Terminal
  /** Where it was called. */
  directory: string
}

/** Throws a `UsageError` where what was asked makes no sense, or there is no clone. */
export function begin({ parsed, terminal, directory }: Context): {
  isJson: boolean
  target: Target
  framework: Framework
} {
  const { json, plan, yes } = parsed.values
  const isJson = json !== undefined
  if (isJson && !plan && !yes) throw new UsageError('--json: expected --plan or --yes beside it')
  const target = readTarget(parsed, terminal.env)
  return { isJson, target, framework: { checkout: findCheckout(directory), env: terminal.env } }
}
