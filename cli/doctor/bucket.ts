/** The bucket, by what its URL says it is. Of AWS nothing is loaded where it is a directory. */

import { lookAtDirectory } from './bucket-directory.ts'
import type { Check } from './check.ts'

export const bucketCheck: Check = {
  title: 'bucket',
  deadlineMs: 60_000,
  run: async (context) => {
    if (context.settings.bucketUrl.startsWith('file:')) return lookAtDirectory(context)
    const { lookAtStore } = await import('./bucket-s3.ts')
    return lookAtStore(context)
  },
}
