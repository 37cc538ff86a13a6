/** The tools that the agent's figures are held against. Debian has them, images of containers often leave them out. */
import { spawnSync } from 'node:child_process'
import { installDebianPackages } from './debian.mjs'

const packageOf = { free: 'procps', vmstat: 'procps', uptime: 'procps', ss: 'iproute2', ip: 'iproute2' }

/** A tool that is still missing fails the tests that ask it, by its package's name. */
export async function ensureSystemTools() {
  const missing = Object.keys(packageOf).filter((tool) => spawnSync(tool, ['--version']).error)
  const packages = [...new Set(missing.map((tool) => packageOf[tool]))]
  if (packages.length > 0) await installDebianPackages(packages, 'tests against the tools of the system')
}
