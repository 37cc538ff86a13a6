/** The bytes of the control object, held against what it may say. */
import * as v from 'valibot'
import { limits } from '../limits.ts'
import { refuseNewer, versionIn } from '../newer-version.ts'
import { type Control, noControl } from './control.ts'

const timeMs = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(8.64e15))
const text = (most: number) => v.pipe(v.string(), v.maxLength(most))
const globs = v.exactOptional(v.pipe(v.array(text(limits.nameLength)), v.maxLength(limits.controlGlobs)))
const by = text(limits.nameLength)
const comment = text(limits.commentLength)
const incident = v.pipe(v.string(), v.regex(/^[0-9a-f]{12}$/, 'expected an incident: 12 hex digits'))
const list = <Item extends v.GenericSchema>(item: Item) => v.pipe(v.array(item), v.maxLength(limits.controlEntries))

const silence = v.object({
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/, 'expected 8 hex digits')),
  match: v.strictObject({
    severity: v.exactOptional(v.picklist(['warning', 'critical'])),
    hosts: globs,
    tags: v.exactOptional(
      v.pipe(
        v.array(v.pipe(text(limits.nameLength), v.includes('=', 'expected key=glob'))),
        v.maxLength(limits.controlGlobs),
      ),
    ),
    rules: globs,
    entities: globs,
    incident: v.exactOptional(incident),
  }),
  fromMs: timeMs,
  untilMs: timeMs,
  by,
  comment,
  createdAtMs: timeMs,
  expiredAtMs: v.exactOptional(timeMs),
})

const controlVersion = 1

const schema = v.object({
  v: v.literal(controlVersion),
  silences: list(silence),
  acks: list(v.object({ incident, untilMs: timeMs, by, comment, atMs: timeMs })),
  forgotten: list(v.object({ host: text(limits.hostLength), by, atMs: timeMs })),
}) satisfies v.GenericSchema<unknown, Control>

/** All entries of it are a few hundred bytes; what is above this is none of ours. */
export const controlMaxBytes = 4 * 1024 * 1024

/** `undefined`, when nobody has said anything yet, is nothing said. Throws a `SyntaxError` with place, value and expectation; a `NewerVersionError` is one. */
export function parseControl(body: Uint8Array | undefined): Control {
  if (!body) return noControl
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(body).toString('utf8'))
  } catch (cause) {
    throw new SyntaxError(`control: no JSON: ${(cause as Error).message}`, { cause })
  }
  refuseNewer('control', versionIn(json), controlVersion)
  return checkControl(json)
}

/** For what is about to be written, too: what the next run can't read would silence nothing. */
export function checkControl(value: unknown): Control {
  const parsed = v.safeParse(schema, value)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw new SyntaxError(`control: ${v.getDotPath(issue) ?? 'the object'}: found ${issue.received}: ${issue.message}`)
}
