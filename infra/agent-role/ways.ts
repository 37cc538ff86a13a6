/** How a host may get its credentials: docs/agent-credentials.md says which to choose. */
import { instanceProfile } from './instance-profile.ts'
import { key } from './key.ts'
import { rolesAnywhere } from './roles-anywhere.ts'
import type { Way } from './way.ts'

export const ways = {
  'instance-profile': instanceProfile,
  'roles-anywhere': rolesAnywhere,
  key,
} as const satisfies Record<string, Way>

export type WayName = keyof typeof ways

export const wayNames = Object.keys(ways) as WayName[]
