/** Builds every store that is not there yet; says what is missing for it, and ends with 1. */
import { ensureStore } from './install.ts'
import { storeNames } from './pins.ts'

const say = (text: string) => process.stderr.write(`${text}\n`)

try {
  for (const name of storeNames) await ensureStore(name, { env: process.env, say })
} catch (error) {
  say((error as Error).message)
  process.exitCode = 1
}
