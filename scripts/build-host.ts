/** What is installed on a host beside the agent itself: dist/host, and the page that says how. */
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const copied = ['vitals-agent.service', 'agent.conf', 'environment', 'org.vitals.agent.plist', 'Dockerfile']

/** Needs agent.cjs in `dist`. Resolves to the paths of what it made. */
export async function buildHost({ root, dist }: { root: string; dist: string }): Promise<string[]> {
  const from = join(root, 'infra', 'host')
  const to = join(dist, 'host')
  await rm(to, { recursive: true, force: true })
  await mkdir(to, { recursive: true })
  for (const name of copied) await copyFile(join(from, name), join(to, name))
  const command = commandOf(await readFile(join(dist, 'agent.cjs'), 'utf8'))
  const launcher = await readFile(join(from, 'vitals.sh'), 'utf8')
  await writeFile(
    join(to, 'vitals'),
    launcher.replace('@command@', () => command),
  )
  await chmod(join(to, 'vitals'), 0o755)
  const page = join(dist, 'INSTALL.md')
  await copyFile(join(root, 'docs', 'install.md'), page)
  return [...['vitals', ...copied].map((name) => join(to, name)), page]
}

/** The agent's first line says how small its Node is to be; the launcher repeats it, since it brings a Node of its own. */
function commandOf(agent: string): string {
  const [, environment, flags] = /^#!\/usr\/bin\/env -S ((?:\w+=\S+ )*)node (--[^\n]+)\n/.exec(agent) ?? []
  if (flags === undefined) throw new Error('the first line of agent.cjs: expected #!/usr/bin/env -S … node --…')
  return `env ${environment}"$lib/node" ${flags}`
}
