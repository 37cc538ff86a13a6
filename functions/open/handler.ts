/**
 * The site as a function: a request's value in, a response's value out. On this machine everything is open to whoever can
 * reach the loopback address (`access: 'everyone'`); elsewhere only a signed link opens anything (`access: 'signed-links'`):
 * the status page, or one object of the site.
 */
import type { Bucket } from '../../adapters/bucket/port.ts'
import type { Clock } from '../../adapters/clock/port.ts'
import { readReportIndex, reportPagePath } from '../../adapters/history/report-index.ts'
import type { SiteRequest, SiteResponse, SiteRoutes } from '../../adapters/http/port.ts'
import type { Log } from '../../adapters/log/port.ts'
import type { Shard } from '../../core/keys.ts'
import { type LinkKey, type LinkTo, type TokenRefusal, verifyToken } from '../../core/link.ts'
import { redirect, textResponse } from './http.ts'
import { isNoticeFileName } from './notice-table.ts'
import { readSiteObject, siteKey } from './open.ts'
import { readStatus } from './read-status.ts'
import { renderStatusPage, statusPolicy } from './status-page.ts'

const reportsShown = 10

export interface OpenDeps {
  bucket: Bucket
  shards: readonly Shard[]
  access: 'everyone' | 'signed-links'
  /** Two may live at once: the newer signs, both open. */
  linkKeys: readonly LinkKey[]
  clock: Clock
  log: Log
  /** IANA name. */
  timeZone: string
  notifier: { reachesSomebody: boolean; destination: string }
  /** Where a page of this site is, for one who looks at another. */
  hrefTo: LinkTo
  /** Makes a report of the last hours, now; where it is shown, or why there is none. Absent: no button. */
  makeReport?(hours: number): Promise<{ href: string } | { failed: string }>
  /** A mail that was kept as a file; the name is checked before. */
  readNoticeFile?(name: string): Promise<Uint8Array | undefined>
}

export function createHandler(deps: OpenDeps): SiteRoutes {
  return async (request) => {
    const { path, method } = request
    if (path === '/open') return open(deps, request)
    if (deps.access === 'signed-links') return notFound
    if (path === '/report') return method === 'POST' ? report(deps, request) : onlyPost
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
  const form = makeReport ? { reportForm: { action: '/report' } } : {}
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': statusPolicy },
    body: renderStatusPage({ ...objects, problems, ...form, reports: listed, nowMs, timeZone, notifier }),
  }
}

async function open(deps: OpenDeps, { query }: SiteRequest): Promise<SiteResponse> {
  const { linkKeys, access, clock, log } = deps
  const verified = verifyToken(query.token ?? '', { keys: linkKeys, nowMs: clock.now() })
  if (!verified.ok) {
    log.info('a link was refused', { reason: verified.reason })
    return textResponse(403, refusalWords[verified.reason])
  }
  const { path } = verified
  const key = siteKey(path)
  // Under its own address a page finds what lies beside it.
  if (access === 'everyone' && (path === '' || key !== undefined)) return redirect(`/${path}`)
  if (path === '') return status(deps)
  // A report may be larger than what a function may answer: 6 MB.
  if (key !== undefined && deps.bucket.presign) return redirect(await deps.bucket.presign(key))
  return siteObject(deps, path)
}

const refusalWords: Record<TokenRefusal, string> = {
  malformed: 'This link is not complete. Was it broken over two lines?',
  'unknown-key': 'This link was signed with a key that is no longer in use.',
  'bad-signature': 'This link was not made by this site, or was changed.',
  expired: 'This link has expired.',
}

/** Reports carry a policy of their own in the page; this one adds what only a header can say. */
const reportPolicy =
  "frame-ancestors 'none'; form-action 'none'; base-uri 'none'; object-src 'none'; connect-src 'none'"

async function siteObject({ bucket }: Pick<OpenDeps, 'bucket'>, path: string): Promise<SiteResponse> {
  const object = await readSiteObject(bucket, path)
  if (!object) return notFound
  return {
    status: 200,
    headers: { 'content-type': object.contentType, 'content-security-policy': reportPolicy },
    body: object.body,
  }
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

const longestHours = 31 * 24

async function report({ makeReport }: OpenDeps, { body }: SiteRequest): Promise<SiteResponse> {
  if (!makeReport) return notFound
  const given = new URLSearchParams(Buffer.from(body).toString('utf8')).get('hours') ?? '24'
  const hours = Number(given)
  if (!Number.isInteger(hours) || hours < 1 || hours > longestHours) {
    return textResponse(400, `hours: ${given.slice(0, 20)}: expected a whole number from 1 to ${longestHours}`)
  }
  const made = await makeReport(hours)
  return 'href' in made ? redirect(made.href) : textResponse(503, `The report could not be made: ${made.failed}`)
}

const notFound = textResponse(404, 'There is nothing here.')
const onlyPost = textResponse(405, 'Reports are asked for with the form on the first page.')
