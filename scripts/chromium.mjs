/** A Chromium for the browser tests: CHROMIUM_PATH, or Debian's, installed if we may. */
import { existsSync } from 'node:fs'
import { installDebianPackages } from './debian.mjs'
import { say } from './packages.mjs'

const debian = '/usr/bin/chromium'

/** The path of a Chromium, or `undefined` with what to do said. */
export async function ensureChromium() {
  const given = process.env.CHROMIUM_PATH
  if (given) {
    if (existsSync(given)) return given
    say(`CHROMIUM_PATH is ${given}, and there is no such file: set it to a Chromium, or leave it empty for Debian's.`)
    return undefined
  }
  if (existsSync(debian)) return debian
  await installDebianPackages(['chromium'], 'the browser tests, about a minute')
  if (existsSync(debian)) return debian
  say('Chromium could not be installed: install it by hand and set CHROMIUM_PATH to it.')
  return undefined
}
