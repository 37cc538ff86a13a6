/**
 * The site as a function: a request's value in, a response's value out. On this machine everything is open to whoever can
 * reach the loopback address (`access: 'everyone'`); elsewhere only a signed link opens anything (`access: 'signed-links'`):
 * the status page, a report with all of its pages, the form that makes one, or one object of the site.
 */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { Clock, Random } from '../../adapters/clock/port.ts'
import { readReportIndex, reportPagePath } from '../../adapters/history/report-index.ts'
import type { SiteRequest, SiteResponse, SiteRoutes } from '../../adapters/http/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { Shard } from '../../core/keys.ts'
import {
  incidentOfPath,
  type LinkKey,
  type LinkPurpose,
  type LinkTo,
  parseReportOf,
  purposeOf,
  reportFormPath,
  type TokenRefusal,
  verifyToken,
} from '../../core/link.ts'
import { notFound, redirect, textResponse } from './http.ts'
import { type IncidentDeps, serveForm, showIncident } from './incident/serve.ts'
import type { TakeTurn } from './limit.ts'
import { isNoticeFileName } from './notice-table.ts'
import { readSiteObject, siteKey, siteObjectResponse } from './open.ts'
import { readStatus } from './read-status.ts'
import { type MakeReport, makeReportAsked, reportFormPage } from './report-request.ts'
import { parseReportView, reportViewPath, serveReportFile } from './report-view.ts'
import { renderStatusPage, statusPolicy } from './status-page.ts'

const reportsShown = 10

export interface OpenDeps {
  bucket: Bucket
  shards: readonly Shard[]
  access: 'everyone' | 'signed-links'
  /** Two may live at once: the newer signs, both open. */
  linkKeys: readonly LinkKey[]
  clock: Clock
  random: Random
  log: Log
  /** IANA name. */
  timeZone: string
  notifier: { reachesSomebody: boolean; destination: string }
  /** Where a page of this site is, for one who looks at another. */
  hrefTo: LinkTo
  /** Absent: no button, and no form. */
  makeReport?: MakeReport
  /** Silences and acknowledgements, counted; absent: they are not. */
  controlTurn?: TakeTurn
  /** A mail that was kept as a file; the name is checked before. */
  readNoticeFile?(name: string): Promise<Uint8Array | undefined>
}

export function createHandler(deps: OpenDeps): SiteRoutes {
  return async (request) => {
    const { path, method } = request
    if (path === '/open') return open(deps, request)
    const purpose = purposeOf(path.slice(1))
    if (purpose !== 'open') return byPurpose(deps, purpose, request)
    const view = parseReportView(path)
    if (view)
      return opened(deps, { token: view.token, purpose: 'open' }, (target) =>
        serveReportFile(deps.bucket, target, view.file),
      )
    if (deps.access === 'signed-links') return notFound
    if (method === 'POST') return textResponse(405, 'This page takes no form.')
    if (path === '/') return status(deps)
    if (path.startsWith('/reports/')) return siteObject(deps, path.slice(1))
    if (path.startsWith('/notices/')) return noticeFile(deps, path.slice('/notices/'.length))
    return notFound
  }
}

async function status({
  bucket,
  shards,
  clock,
  timeZone,
  notifier,
  hrefTo,
  makeReport,
}: OpenDeps): Promise<SiteResponse> {
  const nowMs = clock.now()
  const [objects, reports] = await Promise.all([
    readStatus({ bucket, shards, nowMs }),
    readReportIndex(bucket).catch((error: Error) => error),
  ])
  const listed = (reports instanceof Error ? [] : reports)
    .slice(0, reportsShown)
    .map(({ id, title, generatedAtMs }) => ({
      href: hrefTo(reportPagePath(id)),
      title,
      madeAtMs: generatedAtMs,
    }))
  const problems = [...objects.problems, ...(reports instanceof Error ? [`reports: ${reports.message}`] : [])]
  const form = makeReport ? { reportForm: { action: hrefTo(reportFormPath) } } : {}
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': statusPolicy },
    body: renderStatusPage({
      ...objects,
      alerts: { control: objects.control, hrefTo },
      problems,
      ...form,
      reports: listed,
      nowMs,
      timeZone,
      notifier,
    }),
  }
}

async function open(deps: OpenDeps, { query }: SiteRequest): Promise<SiteResponse> {
  const token = query.token ?? ''
  return opened(deps, { token, purpose: 'open' }, async (path) => {
    const key = siteKey(path)
    // Under its own address a page finds what lies beside it.
    if (deps.access === 'everyone' && (path === '' || key !== undefined)) return redirect(`/${path}`)
    if (path === '') return status(deps)
    const view = reportViewPath(path, token)
    if (view !== undefined) return redirect(view)
    // It may be larger than what a function may answer.
    if (key !== undefined && deps.bucket.presign) return redirect(await deps.bucket.presign(key))
    return siteObject(deps, path)
  })
}

/** `show` gets what the token was signed for. */
async function opened(
  { linkKeys, clock, log }: OpenDeps,
  { token, purpose }: { token: string; purpose: LinkPurpose },
  show: (path: string) => Promise<SiteResponse> | SiteResponse,
): Promise<SiteResponse> {
  const verified = verifyToken(token, { keys: linkKeys, nowMs: clock.now(), purpose })
  if (verified.ok) return show(verified.path)
  log.info('a link was refused', { reason: verified.reason })
  return textResponse(403, refusalWords[verified.reason])
}

const refusalWords: Record<TokenRefusal, string> = {
  malformed: 'This link is not complete. Was it broken over two lines?',
  'unknown-key': 'This link was signed with a key that is no longer in use.',
  'bad-signature': 'This link was not made by this site, or was changed.',
  expired: 'This link has expired.',
  'foreign-purpose': 'This link was made for something else.',
}

async function siteObject({ bucket }: Pick<OpenDeps, 'bucket'>, path: string): Promise<SiteResponse> {
  const object = await readSiteObject(bucket, path)
  return object ? siteObjectResponse(object) : notFound
}

/** As a download: a mail's HTML never runs as a page of this site. */
async function noticeFile({ readNoticeFile }: OpenDeps, name: string): Promise<SiteResponse> {
  const body = isNoticeFileName(name) ? await readNoticeFile?.(name) : undefined
  if (!body) return notFound
  return {
    status: 200,
    headers: {
      'content-type': 'message/rfc822',
      'content-disposition': `attachment; filename="${name}"`,
      'content-security-policy': "default-src 'none'; sandbox",
    },
    body,
  }
}

/**
 * Where strangers reach it, by a link that was signed for this and nothing else; on this machine by its plain address as
 * well: `/silence/0123456789ab`.
 */
async function byPurpose(
  deps: OpenDeps,
  purpose: Exclude<LinkPurpose, 'open'>,
  request: SiteRequest,
): Promise<SiteResponse> {
  const { token } = request.query
  if (token !== undefined && request.path === `/${purpose}`) {
    return opened(deps, { token, purpose }, (target) => serve(deps, target, request))
  }
  return deps.access === 'everyone' ? serve(deps, request.path.slice(1), request) : notFound
}

function serve(deps: OpenDeps, target: string, request: SiteRequest): Promise<SiteResponse> | SiteResponse {
  const purpose = purposeOf(target)
  if (purpose === 'report') return report(deps, target, request)
  const incident = incidentOfPath(target)
  if (incident === undefined) return notFound
  const { hrefTo, access, ...shared } = deps
  const incidents: IncidentDeps = { ...shared, ...(access === 'everyone' ? { hrefTo } : {}) }
  if (purpose === 'silence' || purpose === 'acknowledge') return serveForm(incidents, purpose, { incident, request })
  return showIncident(incidents, incident)
}

function report(
  { makeReport, clock, timeZone }: OpenDeps,
  target: string,
  request: SiteRequest,
): Promise<SiteResponse> | SiteResponse {
  const asked = parseReportOf(target)
  if (!makeReport || !asked) return notFound
  const { of } = asked
  if (request.method !== 'POST') return reportFormPage(of, timeZone)
  return makeReportAsked(makeReport, of, { request, nowMs: clock.now() })
}
