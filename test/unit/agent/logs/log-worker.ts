/** Writes so many lines into a log, in a process whose files may not grow as they like. */
import { silentLog } from '../../../../adapters/log/port.ts'
import { createRotatingFile } from '../../../../agent/logs/rotating-file.ts'

const [path = '', lines = '0'] = process.argv.slice(2)
const file = createRotatingFile({ path, maxBytes: 1_000_000, keep: 1, log: silentLog })
for (let line = 0; line < Number(lines); line++) file.write({ n: 1_000 })
