/**
 * Links that open for whoever holds them, until they expire: `v1.<key id>.<expires>.<path>.<signature>`, one word without
 * `&` or `=`, since mails and chats break longer queries. HMAC-SHA256 over all that stands before the signature. Two keys
 * may live at once, so that one can be replaced without killing the links in yesterday's mails.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { hostOfSegment, hostSegment } from './host-segment.ts'

export interface LinkKey {
  /** Stands in the token: letters, digits and `-`. */
  id: string
  /** 32 random bytes; at least 16 are taken. */
  secret: Uint8Array
}

export type TokenRefusal = 'malformed' | 'unknown-key' | 'bad-signature' | 'expired' | 'foreign-purpose'

/**
 * What a link is for: a link to look at something changes nothing, and one that silences makes no report. It stands in the
 * path that is signed, as its first part, and is the page that the link leads to.
 */
export const linkPurposes = ['report', 'incident', 'silence', 'acknowledge'] as const
export type LinkPurpose = 'open' | (typeof linkPurposes)[number]

export function purposeOf(path: string): LinkPurpose {
  const first = path.split('/', 1)[0]
  return linkPurposes.find((purpose) => purpose === first) ?? 'open'
}

export type VerifiedToken = { ok: true; path: string } | { ok: false; reason: TokenRefusal }

/** The page that makes reports: its form is sent to its own address. */
export const reportFormPath = 'report'

/** `fromMs` to `toMs`, UTC; `host` absent: of all. The form says what it would make. */
export function reportOfPath({ fromMs, toMs, host }: ReportOf): string {
  return [reportFormPath, `${fromMs}-${toMs}`, ...(host === undefined ? [] : [hostSegment(host)])].join('/')
}

export interface ReportOf {
  fromMs: number
  toMs: number
  host?: string
}

/** Of a path of reports: what it asks for, or that the form says it; `undefined`: it is none. */
export function parseReportOf(path: string): { of?: ReportOf } | undefined {
  if (path === reportFormPath) return {}
  const [, from, to, segment] = /^report\/(\d{1,16})-(\d{1,16})(?:\/([^/]+))?$/.exec(path) ?? []
  if (from === undefined || to === undefined) return undefined
  const host = segment === undefined ? undefined : hostOfSegment(segment)
  if (segment !== undefined && host === undefined) return undefined
  return { of: { fromMs: Number(from), toMs: Number(to), ...(host === undefined ? {} : { host }) } }
}

export function incidentPath(incident: string): string {
  return `incident/${incident}`
}

export function silencePath(incident: string): string {
  return `silence/${incident}`
}

export function acknowledgePath(incident: string): string {
  return `acknowledge/${incident}`
}

/** The incident that a path is about, whatever its purpose: 12 hex digits. */
export function incidentOfPath(path: string): string | undefined {
  return /^(?:incident|silence|acknowledge)\/([0-9a-f]{12})$/.exec(path)?.[1]
}

/** The absolute address of a page of the site: `` is the status page, `report` the form that makes one, `reports/…` an object below `site/`, `silence/…` a form. */
export type LinkTo = (path: string) => string

/** Where everything is open to whoever reaches the site. */
export function plainLinks(siteUrl: string): LinkTo {
  return (path) => `${siteUrl.replace(/\/+$/, '')}/${path}`
}

/** Where only a signed link opens anything; each lives for `lifetimeMs` from when it is made. */
export function signedLinks({
  siteUrl,
  key,
  lifetimeMs,
  now,
}: {
  siteUrl: string
  key: LinkKey
  lifetimeMs: number
  now: () => number
}): LinkTo {
  return (path) => signLink({ siteUrl, path, expiresAtMs: now() + lifetimeMs, key })
}

const version = 'v1'
const pattern = /^v1\.([A-Za-z0-9-]{1,64})\.(\d{1,12})\.([A-Za-z0-9_-]{0,1400})\.([A-Za-z0-9_-]{43})$/

/** `path` is that of a site object, `reports/…/index.html`, `report`, or empty; the time is rounded up to whole seconds. */
export function signLink({
  siteUrl,
  path,
  expiresAtMs,
  key,
}: {
  siteUrl: string
  path: string
  expiresAtMs: number
  key: LinkKey
}): string {
  const seconds = Math.ceil(expiresAtMs / 1000)
  const claim = `${version}.${key.id}.${seconds}.${Buffer.from(path).toString('base64url')}`
  const token = `${claim}.${signature(claim, key).toString('base64url')}`
  if (!pattern.test(token))
    throw new Error(`sign link: key id ${key.id}, path ${path}: too long, or an id with other characters`)
  return `${siteUrl.replace(/\/+$/, '')}/${purposeOf(path)}?token=${token}`
}

/** Whether it has expired, or is for something else, is told only to those who hold a link that was real. */
export function verifyToken(
  token: string,
  { keys, nowMs, purpose }: { keys: readonly LinkKey[]; nowMs: number; purpose: LinkPurpose },
): VerifiedToken {
  const match = pattern.exec(token)
  if (!match) return { ok: false, reason: 'malformed' }
  const [, id, seconds, encoded = '', given = ''] = match
  const key = keys.find((known) => known.id === id)
  if (!key) return { ok: false, reason: 'unknown-key' }
  const expected = signature(token.slice(0, token.lastIndexOf('.')), key)
  const actual = Buffer.from(given, 'base64url')
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected))
    return { ok: false, reason: 'bad-signature' }
  if (Number(seconds) * 1000 <= nowMs) return { ok: false, reason: 'expired' }
  const path = Buffer.from(encoded, 'base64url').toString('utf8')
  return purposeOf(path) === purpose ? { ok: true, path } : { ok: false, reason: 'foreign-purpose' }
}

/** Whoever has a token has what it opens: in a log it stands without its signature. */
export function withoutTokens(text: string): string {
  return text.replace(/\b(v1\.[A-Za-z0-9-]{1,64}\.\d{1,12}\.[A-Za-z0-9_-]{0,1400})\.[A-Za-z0-9_-]{43}/g, '$1.***')
}

const secretMinBytes = 16

function signature(claim: string, { id, secret }: LinkKey): Buffer {
  if (secret.byteLength < secretMinBytes) {
    throw new Error(`link key ${id}: ${secret.byteLength} bytes of secret, at least ${secretMinBytes} are needed`)
  }
  return createHmac('sha256', secret).update(claim).digest()
}
