/** Schedules of reports out of a file in YAML. */
import { readFile } from 'node:fs/promises'
import * as v from 'valibot'
import { type Schedule, schedulesSchema } from '../../core/schedule.ts'
import { settings } from '../../core/settings.ts'

const maxBytes = 1024 * 1024

/** Undefined: the file that is meant where none is named isn't there. Throws with path, place, value and expectation. */
export async function readSchedules(path: string): Promise<Schedule[] | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && path === settings.schedulesFile.defaultText) return undefined
    throw new Error(`${settings.schedulesFile.name}=${path}: ${message}: expected a file that can be read`)
  }
  if (text.length > maxBytes) throw new Error(`${path}: ${text.length} characters: expected ${maxBytes} at most`)
  // Loaded where it is used: most have no such file.
  const { parseDocument } = await import('yaml')
  const document = parseDocument(text, { prettyErrors: true })
  const [wrong] = document.errors
  if (wrong) throw new Error(`${path}: ${wrong.message.trim()}`)
  const parsed = v.safeParse(schedulesSchema, document.toJS({ maxAliasCount: 100 }))
  if (parsed.success) return parsed.output.schedules
  const places = parsed.issues.map((issue) => `  ${v.getDotPath(issue) ?? 'the file'}: ${said(issue)}${issue.message}`)
  throw new Error(`${path}:\n${places.join('\n')}`)
}

/** What stands there, if it is short. */
function said({ input }: v.BaseIssue<unknown>): string {
  return typeof input === 'string' || typeof input === 'number' ? `${JSON.stringify(input).slice(0, 100)}: ` : ''
}
