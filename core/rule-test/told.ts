/** `told` of a test: which messages receivers get, and what stands in them. */
import * as v from 'valibot'
import type { Severity } from '../alerts/rule.ts'
import { duration, line, list, name, severity, strict } from '../config/fields.ts'
import type { Path } from '../config/problem.ts'
import type { NoticeKind } from '../notice.ts'

export const toldKinds = ['firing', 'escalated', 'repeat', 'resolved', 'amended'] as const satisfies NoticeKind[]

/** Of a message what can be looked at. `payload`: the JSON that webhooks and commands are given. */
export const messageParts = ['subject', 'text', 'html', 'payload'] as const
export type MessagePart = (typeof messageParts)[number]

export interface Wording {
  contains: readonly Words[]
  lacks: readonly Words[]
}

/** `path`: where it stands below its part. */
export interface Words {
  words: string
  path: Path
}

export interface ToldExpectation {
  /** Since the beginning of the test. */
  atMs: number
  /** A receiver. */
  to: string
  /** What one of its notices is of; absent: anything. */
  kind?: (typeof toldKinds)[number]
  host?: string
  rule?: string
  entity?: string
  severity?: Severity
  /** How many notices it tells. */
  notices?: number
  parts: readonly (readonly [MessagePart, Wording])[]
}

const dayMs = 86_400_000
const mostWords = 100
const longestWords = 2_000

const wordsText = v.pipe(
  v.string('expected a text'),
  v.minLength(1, 'expected a text that is not empty'),
  v.maxLength(longestWords, `expected ${longestWords} characters at most`),
)
const several = v.pipe(
  v.union([wordsText, list(wordsText, 'texts', mostWords)], 'expected a text, or a list of them'),
  v.transform((given) =>
    [given].flat().map((words, index) => ({ words, path: typeof given === 'string' ? [] : [index] })),
  ),
)
const both = v.pipe(
  strict({ contains: v.exactOptional(several), lacks: v.exactOptional(several) }),
  v.transform(
    ({ contains = [], lacks = [] }): Wording => ({
      contains: below('contains', contains),
      lacks: below('lacks', lacks),
    }),
  ),
)
const wording = v.lazy((given) =>
  typeof given === 'object' && given !== null && !Array.isArray(given)
    ? both
    : v.pipe(
        several,
        v.transform((contains): Wording => ({ contains, lacks: [] })),
      ),
)

export const toldEntries = {
  at: duration(0, 30 * dayMs),
  to: name,
  kind: v.exactOptional(v.picklist(toldKinds, `expected ${toldKinds.slice(0, -1).join(', ')} or ${toldKinds.at(-1)}`)),
  host: v.exactOptional(v.string('expected a host')),
  rule: v.exactOptional(name),
  entity: v.exactOptional(v.string('expected an entity such as /var')),
  severity: v.exactOptional(severity),
  notices: v.exactOptional(
    v.pipe(
      v.number('expected a number of notices'),
      v.integer('expected a whole number'),
      v.minValue(1, 'expected 1 or more'),
    ),
  ),
  subject: v.exactOptional(wording),
  text: v.exactOptional(wording),
  html: v.exactOptional(wording),
  payload: v.exactOptional(wording),
}

export const toldSchema = v.pipe(
  strict(toldEntries),
  v.transform(({ at, subject, text, html, payload, ...rest }): ToldExpectation => {
    const parts = Object.entries({ subject, text, html, payload }) as [MessagePart, Wording | undefined][]
    return { atMs: at, ...rest, parts: parts.flatMap(([part, said]) => (said ? [[part, said] as const] : [])) }
  }),
)

/** A file of snapshots, one a line, as `vitals snapshot --json` prints them; from where the file of tests stands. */
export const recordedSchema = line

function below(key: string, all: readonly Words[]): Words[] {
  return all.map(({ words, path }) => ({ words, path: [key, ...path] }))
}
