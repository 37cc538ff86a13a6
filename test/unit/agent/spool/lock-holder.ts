/** A process that has a spool and does nothing with it, until it is killed. */
import { openDirectoryStorage } from '../../../../agent/spool/directory-storage.ts'

const storage = openDirectoryStorage(process.argv[2] ?? '')
process.stdout.write('locked\n')
setInterval(() => {}, 60_000)
// Collected as garbage, it would give up its lock.
process.on('exit', () => storage.close())
