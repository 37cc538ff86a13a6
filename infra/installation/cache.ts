/** What is not in the sources is installed into one directory, once for all clones. It can be deleted at any time. */
import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Environment, Say } from './execute.ts'
import { holdingLock } from './lock.ts'

export interface InstallOptions {
  env: Environment
  say: Say
}

/** `act` with its path, in one process at a time. */
export async function inCache<T>({ env, say }: InstallOptions, act: (cache: string) => Promise<T>): Promise<T> {
  const cache = join(env.VITALS_CACHE_DIR || env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vitals')
  await mkdir(cache, { recursive: true })
  return holdingLock({
    path: join(cache, 'install.lock'),
    onWait: () => say(`Waiting for another process, which installs into ${cache} …`),
    act: () => act(cache),
  })
}
