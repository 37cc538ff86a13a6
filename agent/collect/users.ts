/** Names of users from /etc/passwd, read again when it was changed. A user of a directory service keeps its number. */
import { statSync } from 'node:fs'
import { limits } from '../../core/limits.ts'
import type { FileReader } from './read-file.ts'
import type { Roots } from './roots.ts'
import { clip } from './unavailable.ts'

export interface Users {
  nameOf(uid: number): string
  /** Undefined: nobody there is called so. */
  uidOf(name: string): number | undefined
  /** Looks whether the file was changed; once a snapshot. */
  refresh(): void
}

export function createUsers({ files, roots }: { files: FileReader; roots: Roots }): Users {
  const path = `${roots.etc}/passwd`
  let changedMs = Number.NaN
  let names = new Map<number, string>()
  let numbers = new Map<string, number>()
  return {
    nameOf: (uid) => names.get(uid) ?? String(uid),
    uidOf: (name) => numbers.get(name),
    refresh() {
      const stat = statSync(path, { throwIfNoEntry: false })
      if (!stat || stat.mtimeMs === changedMs) return
      const users = parsePasswd(files.text(path))
      // The first of several names with one number is the one that `ls` shows, and of one name twice the first is taken too.
      users.reverse()
      names = new Map(users.map(({ name, uid }) => [uid, clip(name, limits.nameLength)]))
      numbers = new Map(users.map(({ name, uid }) => [name, uid]))
      changedMs = stat.mtimeMs
    },
  }
}

/** `name:x:uid:...` */
function parsePasswd(text: string): { name: string; uid: number }[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid] = line.split(':', 3)
    return name && uid && /^\d+$/.test(uid) ? [{ name, uid: Number(uid) }] : []
  })
}
