import * as v from 'valibot'
import { deliverNotices, type NotifyDeps } from './notify.ts'
import type { DeliverySummary } from './summary.ts'

/** A schedule's event, or evaluate's wake-up, says nothing that a run needs: what is due stands in the bucket. */
const eventSchema = v.nullish(v.looseObject({}))

export function createHandler(deps: NotifyDeps) {
  return async (event: unknown): Promise<DeliverySummary> => {
    v.parse(eventSchema, event)
    return await deliverNotices(deps)
  }
}
