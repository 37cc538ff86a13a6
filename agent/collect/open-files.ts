/** File descriptors of the whole system from /proc/sys/fs/file-nr. Format: proc(5). */
import type { Snapshot } from '../../core/snapshot.ts'
import { known, wholeOrUndefined } from './counters.ts'
import type { FileReader } from './read-file.ts'
import type { Roots } from './roots.ts'

type OpenFiles = NonNullable<Snapshot['openFiles']>

export function readOpenFiles({ files, roots }: { files: FileReader; roots: Roots }): OpenFiles {
  return parseFileNr(files.kept(`${roots.proc}/sys/fs/file-nr`))
}

/**
 * `594	0	2466170`: handles in use, handles kept free (always 0 since Linux 2.6), the most there may be. A limit that no
 * number holds is none: systemd sets 2^63 - 1.
 */
export function parseFileNr(text: string): OpenFiles {
  const [allocated = Number.NaN, free = Number.NaN, limit = Number.NaN] = text.trim().split(/\s+/).map(Number)
  if (wholeOrUndefined(allocated) === undefined || wholeOrUndefined(free) === undefined) {
    throw new Error(`parse /proc/sys/fs/file-nr: ${JSON.stringify(text.slice(0, 60))}, expected three numbers`)
  }
  return { used: Math.max(0, allocated - free), ...known({ limit: wholeOrUndefined(limit) }) }
}
