/** All that is looked at, in the order in which it is told. */
import { agentCheck } from './agent.ts'
import { bucketCheck } from './bucket.ts'
import type { Check } from './check.ts'
import { directoriesCheck } from './directories.ts'
import { kernelCheck } from './kernel.ts'
import { processesCheck } from './processes.ts'
import { settingsCheck } from './settings.ts'
import { snapshotCheck } from './snapshot.ts'
import { spoolCheck } from './spool.ts'

export const checks: readonly Check[] = [
  settingsCheck,
  agentCheck,
  directoriesCheck,
  spoolCheck,
  bucketCheck,
  kernelCheck,
  processesCheck,
  snapshotCheck,
]
