import type { Log, LogFields } from './port.ts'

/** The same log, each of whose lines has these fields as well: of which shard, in which run. */
export function logWith(log: Log, fields: LogFields): Log {
  return {
    info: (event, more) => log.info(event, { ...fields, ...more }),
    warn: (event, more) => log.warn(event, { ...fields, ...more }),
    error: (event, more) => log.error(event, { ...fields, ...more }),
  }
}
