/** A store, built from its source once for a version; the source comes from where Go takes modules, held to its hash. */
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type InstallOptions, inCache } from '../installation/cache.ts'
import { type Environment, execute } from '../installation/execute.ts'
import { findGo } from './go.ts'
import { type PinnedStore, pinnedStores, type StoreName } from './pins.ts'

const tellEveryMs = 20_000

/** The path of its command. Throws with what to do. */
export async function ensureStore(name: StoreName, options: InstallOptions): Promise<string> {
  return inCache(options, async (cache) => {
    const { version } = pinnedStores[name]
    const directory = join(cache, `${name}-${version}`)
    const command = join(directory, name)
    if (await isThere(command)) return command
    await build({ store: pinnedStores[name], directory, ...options })
    return command
  })
}

interface Build extends InstallOptions {
  store: PinnedStore
  directory: string
}

/** Somewhere else first: what is in place is whole. */
async function build({ store, directory, env, say }: Build): Promise<void> {
  const go = await findGo(env)
  const { title, version } = store
  say(`Building ${title} ${version} with Go into ${directory}: one to three minutes …`)
  const startMs = performance.now()
  const seconds = () => `${((performance.now() - startMs) / 1_000).toFixed(0)} s`
  const telling = setInterval(() => say(`  still building ${title}, ${seconds()} …`), tellEveryMs)
  await mkdir(join(directory, '..'), { recursive: true })
  const workplace = await mkdtemp(`${directory}.new-`)
  try {
    await checkSource(go, store, env)
    const options = ['-trimpath', '-ldflags=-s -w', `${store.package}@${version}`]
    await execute(go, ['install', ...options], { ...env, GOBIN: workplace, CGO_ENABLED: '0' })
    await rm(directory, { recursive: true, force: true })
    await rename(workplace, directory)
    say(`${title} is built (${seconds()}).`)
  } finally {
    clearInterval(telling)
    await rm(workplace, { recursive: true, force: true })
  }
}

async function checkSource(go: string, { title, module, version, sum }: PinnedStore, env: Environment): Promise<void> {
  const said = await execute(go, ['mod', 'download', '-json', `${module}@${version}`], env)
  const { Sum } = JSON.parse(said) as { Sum?: string }
  if (Sum !== sum) throw new Error(`The source of ${title} ${version} has the hash ${Sum}, expected ${sum}: not built`)
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
