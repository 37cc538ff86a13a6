/** Settings that are all well (wrong ones end the command before it looks at anything): whose name, which time zone. */
import { formatDateTime } from '../../core/view/format.ts'
import { type Check, well } from './check.ts'

export const settingsCheck: Check = {
  title: 'settings',
  deadlineMs: 1_000,
  run: async ({ settings: { host, bucketUrl, timeZone }, clock }) => [
    well('all', 'none is wrong'),
    well('host', host),
    well('bucket', bucketUrl),
    well('time zone', `${timeZone}, it is ${formatDateTime(clock.now(), timeZone)}`),
  ],
}
