/** Debian packages that tests need, installed if we may. */
import { run, say } from './packages.mjs'

/** `apt-get install`; whether it worked, the caller sees by what is there afterwards. */
export async function installDebianPackages(packages, reason) {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  say(`Installing ${packages.join(', ')} (apt-get install) for ${reason} …`)
  const apt = async (...args) => {
    const [command, ...rest] = [...sudo, 'apt-get', '-qq', ...args]
    return run(command, rest, {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
  await apt('update')
  await apt('install', '-y', '--no-install-recommends', ...packages)
}
