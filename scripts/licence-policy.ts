/** Which licences packages may have: what is shipped to people, and what only builds and tests here. */
import parse from 'spdx-expression-parse'
import { type Lock, type LockedPackage, nameOf, wayTo } from './lock.ts'

/** Their conditions are met by the notices beside each bundle. https://spdx.org/licenses/ */
const shipped = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'Bitstream-Vera', 'ISC', 'MIT', 'MIT-0']
/** Tools and test data: nothing of theirs is in what people get. */
const inToolsToo = ['BlueOak-1.0.0', 'CC-BY-3.0', 'CC-BY-4.0', 'CC0-1.0', 'MPL-2.0', 'PSF-2.0', 'Python-2.0', 'Zlib']

/**
 * Imported by tests alone, unchanged, and handed on to nobody: docs/decisions.md says why it is these. By name and licence, so
 * that no other package comes with them.
 */
const forTestsAlone: Readonly<Record<string, string>> = {
  '@cloud-copilot/iam-policy': 'AGPL-3.0-or-later',
  '@cloud-copilot/iam-simulate': 'AGPL-3.0-or-later',
  '@cloud-copilot/iam-utils': 'AGPL-3.0-or-later',
}

/** Read by a person: what they say is no SPDX expression. By name and by what they say, so that another text is read again. */
const readings: Readonly<Record<string, { says: string; means: string }>> = {
  // Fonts: free to bundle, and to change under another name. Its LICENSE goes with them.
  'dejavu-fonts-ttf': { says: 'SEE LICENSE IN README.md AND LICENSE', means: 'Bitstream-Vera' },
  slick: { says: 'MIT (http://mootools.net/license.txt)', means: 'MIT' },
}

/** A sentence for each package that may not be here, with its place and the way to it; none when all may. */
export function licenceProblems(lock: Lock): string[] {
  return Object.entries(lock.packages).flatMap(([place, one]) => {
    if (place === '') return []
    const isTool = one.dev === true || one.devOptional === true
    if (isAllowed(licenceOf(place, one), isTool ? [...shipped, ...inToolsToo] : shipped)) return []
    if (one.dev === true && one.license !== undefined && forTestsAlone[nameOf(place, one)] === one.license) return []
    const way = wayTo(lock, place).join(' > ')
    return [
      `${place} ${one.version} (${way}) has the licence ${one.license ?? 'none'}: expected one that ${isTool ? 'tools' : 'what is shipped'} may have (scripts/licence-policy.ts)`,
    ]
  })
}

/** Of what is bundled or copied, whatever package.json calls it: throws with those that only tools and tests may have. */
export function expectShippable(packages: readonly { directory: string; name: string; licence: string }[]): void {
  const refused = packages.filter(
    ({ directory, name, licence }) => !isAllowed(licenceOf(directory, { name, license: licence }), shipped),
  )
  if (refused.length === 0) return
  const said = refused.map(({ directory, licence }) => `\n  ${directory} (${licence})`).join('')
  throw new Error(`licences: expected what is shipped to have one of ${shipped.join(', ')}, not that of${said}`)
}

/** As SPDX has it. */
export function licenceOf(place: string, one: LockedPackage): string {
  const { says, means } = readings[nameOf(place, one)] ?? {}
  return means !== undefined && one.license === says ? means : (one.license ?? 'NONE')
}

/** Of a choice one must be allowed, of what holds together all. */
export function isAllowed(expression: string, allowed: readonly string[]): boolean {
  try {
    return holds(parse(expression), allowed)
  } catch {
    return false
  }
}

function holds(node: parse.Info, allowed: readonly string[]): boolean {
  if (!('conjunction' in node)) return node.exception === undefined && allowed.includes(node.license)
  const { left, right } = node
  return node.conjunction === 'or'
    ? holds(left, allowed) || holds(right, allowed)
    : holds(left, allowed) && holds(right, allowed)
}
