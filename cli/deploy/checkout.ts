/** Where the stack is described: a clone of this project, with its packages. What is deployed is what stands there. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { UsageError } from '../errors.ts'

const description = 'serverless.yml'

/** `directory` or one above it. Throws a `UsageError` that says how to get there. */
export function findCheckout(directory: string): string {
  for (let at = directory; ; at = dirname(at)) {
    if (isOurs(join(at, description))) {
      if (existsSync(frameworkOf(at))) return at
      throw new UsageError(`${at} has no packages yet: npm ci there, and again`)
    }
    if (dirname(at) === at) break
  }
  throw new UsageError(
    `there is no ${description} of Vitals in ${directory} or above it: expected a clone of the project, whose functions are ` +
      'built from source (git clone …, npm ci, npm run vitals -- deploy)',
  )
}

export function frameworkOf(checkout: string): string {
  return join(checkout, 'node_modules', '.bin', 'serverless')
}

function isOurs(path: string): boolean {
  return existsSync(path) && /^service: vitals$/m.test(readFileSync(path, 'utf8'))
}
