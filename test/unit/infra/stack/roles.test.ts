/**
 * LocalStack enforces no policies: so each role is held here to what its function was seen to do, where answers are lost
 * as well. There is no exception: what no story needs is not granted.
 */
import { createRequire } from 'node:module'
import { beforeAll, describe, expect, it } from 'vitest'
import { lakeTables } from '../../../../core/keys.ts'
import { liveStory } from './story.ts'
import { type Action, actions } from './watched-bucket.ts'

interface Statement {
  Action: string[]
  Resource: unknown
}

interface Role {
  Properties: { Policies: { PolicyDocument: { Statement: Statement[] } }[] }
}

const require = createRequire(import.meta.url)
const { Resources: roles } = require('../../../../infra/stack/roles.cjs') as { Resources: Record<string, Role> }

const names = ['evaluate', 'notify', 'rollup', 'report', 'open'] as const
type Name = (typeof names)[number]

function statements(name: Name): Statement[] {
  const role = roles[`${name[0]?.toUpperCase()}${name.slice(1)}Role`]
  return role?.Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement) ?? []
}

/** The keys, with their wildcards, on which a function may do that. */
function granted(name: Name, action: Action): string[] {
  const ours = statements(name).filter(({ Action: listed }) => listed.includes(action))
  return ours.flatMap(({ Resource }) =>
    (Resource as { 'Fn::Join': [string, [unknown, string]] }[]).map((one) => one['Fn::Join'][1][1]),
  )
}

function covers(pattern: string, key: string): boolean {
  return pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern
}

/** What a key is: of those that fit, the last. */
const kinds = [
  'vitals.json',
  'inbox/',
  'state/',
  'log/',
  'checkpoints/',
  'notices/v1/open/',
  'notices/v1/done/',
  'lake/',
  'rollups/v1/5m/',
  'rollups/v1/1h/',
  'rollups/v1/1d/',
  'rollups/v1/progress/',
  'rejected/',
  'probe/',
  'site/day/',
  'site/now/',
  'site/reports/',
  'site/reports/index.json',
  'limits/',
  'slots/',
  'control/',
  'heartbeat/',
]

function kindOf(key: string): string {
  const kind = kinds.findLast((one) => key.startsWith(one))
  if (kind === undefined) throw new Error(`${key}: expected one of ${kinds.join(', ')}`)
  return kind
}

const kindsOf = (keys: Iterable<string>) => [...new Set([...keys].map(kindOf))].toSorted()

let story: Awaited<ReturnType<typeof liveStory>>
/** Every key that was ever spoken of. */
let keys: string[]
beforeAll(async () => {
  story = await liveStory()
  const done = Object.values(story.deeds).flatMap((deeds) => actions.flatMap((action) => [...deeds[action]]))
  keys = [...new Set([...done, ...story.left])]
})

it('was a whole story: every kind of object, every table of the lake, every mail and every loss', () => {
  expect(kindsOf(keys)).toEqual(kinds.toSorted())
  const written = [...story.deeds.rollup['s3:PutObject']]
  expect(lakeTables.filter((table) => !written.some((key) => key.startsWith(`lake/${table}/`)))).toEqual([])
  expect(story.sent).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^\[WARNING\] web-1: Disk \/var/),
      expect.stringMatching(/^\[RESOLVED\] web-1: Disk \/var/),
      expect.stringMatching(/^\[report\] 2 hosts/),
    ]),
  )
  expect(story.unmet).toEqual([])
})

describe.each(names)('the role of %s', (name) => {
  describe.each(actions)('with %s', (action) => {
    it('reaches every key that it was seen to ask for', () => {
      const patterns = granted(name, action)
      const asked = [...story.deeds[name][action]]
      expect(asked.filter((key) => !patterns.some((pattern) => covers(pattern, key)))).toEqual([])
    })

    it('reaches no kind of key that it was never seen to ask for', () => {
      const patterns = granted(name, action)
      const reached = keys.filter((key) => patterns.some((pattern) => covers(pattern, key)))
      expect(kindsOf(reached)).toEqual(kindsOf(story.deeds[name][action]))
      expect(patterns.filter((pattern) => !reached.some((key) => covers(pattern, key)))).toEqual([])
    })
  })

  it('may list, so that a missing key is told from a forbidden one, and do nothing else with the bucket', () => {
    const ofBucket = statements(name).flatMap(({ Action: listed }) => listed.filter((one) => one.startsWith('s3:')))
    const needed = actions.filter((action) => story.deeds[name][action].size > 0)
    expect(ofBucket.toSorted()).toEqual(['s3:ListBucket', ...needed].toSorted())
  })
})
