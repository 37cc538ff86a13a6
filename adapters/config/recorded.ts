/** A file of snapshots, one a line, as `vitals snapshot --json` prints them. */
import { readFile, stat } from 'node:fs/promises'
import * as v from 'valibot'
import { printPath } from '../../core/config/problem.ts'
import { type Snapshot, snapshotSchema } from '../../core/snapshot.ts'

const maxBytes = 64 * 1024 * 1024

/** Throws with the line, and what was expected there. */
export async function readRecorded(path: string): Promise<Snapshot[]> {
  const { size } = await stat(path)
  if (size > maxBytes) throw new Error(`${path}: ${size} bytes: expected ${maxBytes} at most`)
  const lines = (await readFile(path, 'utf8')).split('\n')
  const snapshots = lines.flatMap((text, index) =>
    text.trim() === '' ? [] : [parseSnapshot(text, `${path}:${index + 1}`)],
  )
  if (snapshots.length === 0) throw new Error(`${path}: expected snapshots, one a line: vitals snapshot --json`)
  return snapshots
}

function parseSnapshot(text: string, place: string): Snapshot {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new Error(`${place}: expected a snapshot as JSON on one line: ${(cause as Error).message}`, { cause })
  }
  const parsed = v.safeParse(snapshotSchema, value, { abortEarly: true })
  if (parsed.success) return parsed.output
  const [{ path = [], message }] = parsed.issues
  throw new Error(`${place}: ${printPath(path.map(({ key }) => key as string | number))}: ${message}`)
}
