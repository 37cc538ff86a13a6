/** A process that has a spool and does nothing with it, until it is killed. */
import { openDirectoryStorage } from '../../../../agent/spool/directory-storage.ts'

openDirectoryStorage(process.argv[2] ?? '')
process.stdout.write('locked\n')
setInterval(() => {}, 60_000)
