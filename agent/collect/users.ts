/** Names of users from /etc/passwd, read again when it was changed. A user of a directory service keeps its number. */
import { statSync } from 'node:fs'
import { limits } from '../../core/limits.ts'
import type { FileReader } from './read-file.ts'
import type { Roots } from './roots.ts'
import { clip } from './unavailable.ts'

export interface Users {
  nameOf(uid: number): string
  /** Looks whether the file was changed; once a snapshot. */
  refresh(): void
}

export function createUsers({ files, roots }: { files: FileReader; roots: Roots }): Users {
  const path = `${roots.etc}/passwd`
  let changedMs = Number.NaN
  let names = new Map<number, string>()
  return {
    nameOf: (uid) => names.get(uid) ?? String(uid),
    refresh() {
      const stat = statSync(path, { throwIfNoEntry: false })
      if (!stat || stat.mtimeMs === changedMs) return
      names = parsePasswd(files.text(path))
      changedMs = stat.mtimeMs
    },
  }
}

/** `name:x:uid:...`; the first of several names with one number is the one that `ls` shows. */
function parsePasswd(text: string): Map<number, string> {
  const names = new Map<number, string>()
  for (const line of text.split('\n')) {
    const [name, , uid] = line.split(':', 3)
    if (!name || !uid || !/^\d+$/.test(uid)) continue
    if (!names.has(Number(uid))) names.set(Number(uid), clip(name, limits.nameLength))
  }
  return names
}
