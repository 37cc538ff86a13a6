/** The pages of an incident, by what was asked for: a GET shows, only a POST acts. */
import type { Bucket } from '../../../adapters/bucket/port.ts'
import type { Clock, Random } from '../../../adapters/clock/port.ts'
import type { SiteRequest, SiteResponse } from '../../../adapters/http/port.ts'
import type { Log } from '../../../adapters/log/port.ts'
import type { LinkTo } from '../../../core/link.ts'
import { textResponse, waitResponse } from '../http.ts'
import type { TakeTurn } from '../limit.ts'
import { acknowledge, silence } from './act.ts'
import { parseForm } from './choices.ts'
import { findIncident } from './find.ts'
import { type Action, donePage, formPage } from './form-page.ts'
import { incidentPage, isOpen } from './incident-page.ts'

export interface IncidentDeps {
  bucket: Bucket
  clock: Clock
  random: Random
  log: Log
  timeZone: string
  /** To the forms; absent: a link to look at an incident is none to act. */
  hrefTo?: LinkTo
  /** Absent: as often as anybody likes. */
  controlTurn?: TakeTurn
}

const unknown = textResponse(404, 'This incident is not known, or not any more: `vitals alerts` knows the older ones.')

export async function showIncident(deps: IncidentDeps, incident: string): Promise<SiteResponse> {
  const { bucket, clock, timeZone, hrefTo } = deps
  const nowMs = clock.now()
  const found = await findIncident(bucket, incident, nowMs)
  return found ? incidentPage(found, { nowMs, timeZone, ...(hrefTo ? { hrefTo } : {}) }) : unknown
}

export async function serveForm(
  deps: IncidentDeps,
  action: Action,
  { incident, request }: { incident: string; request: SiteRequest },
): Promise<SiteResponse> {
  const { bucket, clock, timeZone, random, log, controlTurn } = deps
  const nowMs = clock.now()
  const waitMs = request.method === 'POST' && controlTurn ? await controlTurn() : 0
  if (waitMs > 0) return waitResponse(waitMs, 'That was asked for too often just now. Try again')
  const found = await findIncident(bucket, incident, nowMs)
  if (!found) return unknown
  const view = { action, found, nowMs, timeZone }
  if (action === 'acknowledge' && !isOpen(found))
    return textResponse(409, 'This incident is over: there is nothing to take care of.')
  if (request.method !== 'POST') return formPage({ ...view, once: random.hex(4) })
  const refuse = (reason: string) => {
    const given = new URLSearchParams(Buffer.from(request.body).toString('utf8'))
    return formPage({ ...view, once: random.hex(4), refused: { reason, given } })
  }
  const parsed = parseForm(request.body, { nowMs, timeZone })
  if (!parsed.ok) return refuse(parsed.reason)
  const { said } = parsed
  const act = { silence, acknowledge }[action]
  const acted = await act(bucket, found.about, said, nowMs)
  if (acted.outcome === 'refused') return refuse(`Nothing was changed: ${acted.reason}.`)
  const { by, untilMs } = said
  log.info(`${action} by a link`, { incident, by, until: new Date(untilMs).toISOString(), outcome: acted.outcome })
  return donePage({ ...view, said, wasSaid: acted.outcome === 'said before' })
}
