/** The Go that builds the stores. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Environment } from '../installation/execute.ts'

const run = promisify(execFile)

const answerMs = 20_000
/** On the PATH, and where its own archive is unpacked. */
const places = ['go', '/usr/local/go/bin/go']

/** The first that answers. Throws with what to install. An old one tells by itself what it lacks, or fetches a newer. */
export async function findGo(env: Environment, among: readonly string[] = places): Promise<string> {
  for (const path of among) {
    try {
      await run(path, ['version'], { env: env as NodeJS.ProcessEnv, timeout: answerMs })
      return path
    } catch {
      // Not there, or not for this machine.
    }
  }
  throw new Error(
    'The stores are built with Go 1.25 or newer, and there is none on the PATH or in /usr/local/go. Install it, e.g. from ' +
      'https://go.dev/dl, or with apt-get install golang-go where that is new enough.',
  )
}
