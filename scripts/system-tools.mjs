/** What the agent's figures are held against, and what its package is built and run with. Debian has all, images of containers often not. */
import { spawnSync } from 'node:child_process'
import { installDebianPackages } from './debian.mjs'

const packageOf = {
  free: 'procps',
  vmstat: 'procps',
  uptime: 'procps',
  ss: 'iproute2',
  ip: 'iproute2',
  strip: 'binutils',
  'systemd-analyze': 'systemd',
}

/** A tool that is still missing fails the tests that ask it, by its package's name. */
export async function ensureSystemTools() {
  const missing = Object.keys(packageOf).filter((tool) => spawnSync(tool, ['--version']).error)
  const packages = [...new Set(missing.map((tool) => packageOf[tool]))]
  if (packages.length > 0) await installDebianPackages(packages, 'tests with the tools of the system')
}
