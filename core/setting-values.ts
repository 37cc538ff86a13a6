/** Texts from the environment as values, or what was expected instead. */
import { selectKinds } from './host-metrics.ts'
import { isShippableHost } from './host-segment.ts'
import { type ShardCount, shardCounts } from './keys.ts'
import { limits } from './limits.ts'
import { parseWatch } from './watch.ts'

export type Parsed<T> = { ok: true; value: T } | { ok: false; expected: string }

function ok<T>(value: T): Parsed<T> {
  return { ok: true, value }
}

export function text(value: string): Parsed<string> {
  return ok(value)
}

function number(value: string): number | undefined {
  return /^[0-9]+(?:\.[0-9]+)?$/.test(value.trim()) ? Number(value) : undefined
}

export function seconds(min: number, max: number) {
  return (value: string): Parsed<number> => {
    const parsed = number(value)
    if (parsed === undefined || parsed < min || parsed > max) {
      return { ok: false, expected: `seconds from ${min} to ${max}` }
    }
    return ok(Math.round(parsed * 1000))
  }
}

export function integer(min: number, max: number) {
  return (value: string): Parsed<number> => {
    const parsed = number(value)
    if (parsed === undefined || !Number.isInteger(parsed) || parsed < min || parsed > max) {
      return { ok: false, expected: `a whole number from ${min} to ${max}` }
    }
    return ok(parsed)
  }
}

export function yesOrNo(value: string): Parsed<boolean> {
  const answer = value.trim().toLowerCase()
  return answer === 'true' || answer === 'false' ? ok(answer === 'true') : { ok: false, expected: 'true or false' }
}

/** `true` and `false` say the same. */
export function onOrOff(value: string): Parsed<boolean> {
  const answer = value.trim().toLowerCase()
  if (answer === 'on' || answer === 'true') return ok(true)
  return answer === 'off' || answer === 'false' ? ok(false) : { ok: false, expected: 'on or off' }
}

export function oneOf<const Word extends string>(words: readonly Word[]) {
  return (value: string): Parsed<Word> => {
    const found = words.find((word) => word === value.trim().toLowerCase())
    return found === undefined ? { ok: false, expected: words.join(', ') } : ok(found)
  }
}

/** Of metrics in CloudWatch: each must match one, or nobody would learn why it is missing. */
export function metricGlobs(value: string): Parsed<string[]> {
  const globs = value.split(',').map((glob) => glob.trim())
  const good = globs.every((glob) => selectKinds([glob]).length > 0)
  return good ? ok(globs) : { ok: false, expected: 'globs that match a metric each, such as cpu_*,mem_used_percent' }
}

/** `name:nginx*`, `user:postgres`, `pidfile:/run/x.pid`, `unit:ssh.service`; one that is there twice is one. */
export function watchList(value: string): Parsed<string[]> {
  const parsed = value.split(',').map(parseWatch)
  const wrong = parsed.find((watch) => !watch.ok)
  if (wrong) return { ok: false, expected: `${wrong.expected}; several are separated by commas` }
  const expressions = new Set(parsed.flatMap((watch) => (watch.ok ? [watch.value.expression] : [])))
  if (expressions.size > limits.watchesPerHost)
    return { ok: false, expected: `at most ${limits.watchesPerHost} watches` }
  return ok([...expressions])
}

export function percent(value: string): Parsed<number> {
  const parsed = number(value)
  return parsed === undefined || parsed > 100 ? { ok: false, expected: 'a percentage from 0 to 100' } : ok(parsed)
}

export function bucketUrl(value: string): Parsed<string> {
  const expected = 'file:///path or s3://name/prefix'
  const url = URL.parse(value)
  if (url?.protocol === 's3:' && url.hostname !== '') return ok(value.replace(/\/+$/, ''))
  if (url?.protocol === 'file:' && url.pathname !== '/' && url.hostname === '') return ok(url.href.replace(/\/+$/, ''))
  return { ok: false, expected }
}

export function httpUrl(value: string): Parsed<string> {
  const url = URL.parse(value)
  const good = url && (url.protocol === 'http:' || url.protocol === 'https:')
  return good ? ok(value.replace(/\/+$/, '')) : { ok: false, expected: 'http://host or https://host' }
}

export function smtpUrl(value: string): Parsed<string> {
  const url = URL.parse(value)
  const good = url && (url.protocol === 'smtp:' || url.protocol === 'smtps:') && url.hostname !== ''
  return good ? ok(value) : { ok: false, expected: 'smtp://user:password@host:port or smtps://…' }
}

/** From all to the least. */
export const logLevels = ['info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

export const mailWays = ['ses', 'smtp', 'file'] as const
export type MailWay = (typeof mailWays)[number]

/** When the spool asks the disk to keep what it has written. */
export const fsyncPolicies = ['snapshot', 'batch', 'never'] as const
export type FsyncPolicy = (typeof fsyncPolicies)[number]

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
export function metricNamespace(value: string): Parsed<string> {
  const good = /^[0-9A-Za-z._/#-][0-9A-Za-z._/#: -]{0,254}$/.test(value) && !value.startsWith('AWS/')
  return good ? ok(value) : { ok: false, expected: 'at most 255 of A-Z a-z 0-9 . _ - / # :, not beginning with AWS/' }
}

/** Seconds; CloudWatch knows no others. */
export function resolution(value: string): Parsed<1 | 60> {
  const found = ([1, 60] as const).find((seconds) => String(seconds) === value.trim())
  return found ? ok(found) : { ok: false, expected: '60 or 1' }
}

export function hostName(value: string): Parsed<string> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
  const good = isShippableHost(value) && !/[\u0000-\u001f\u007f]/.test(value)
  const expected =
    'at most 128 characters and 255 bytes (those outside A-Z a-z 0-9 . _ - count three each), no control characters'
  return good ? ok(value) : { ok: false, expected }
}

export function tagList(value: string): Parsed<Record<string, string>> {
  const pairs = value.split(',').map((pair) => pair.trim().split('='))
  const good = pairs.length <= 32 && pairs.every(([key, tag, more]) => key && tag && more === undefined)
  return good
    ? ok(Object.fromEntries(pairs as [string, string][]))
    : { ok: false, expected: 'key=value pairs separated by commas, at most 32' }
}

export function shardCount(value: string): Parsed<ShardCount> {
  const found = shardCounts.find((count) => String(count) === value.trim())
  return found ? ok(found) : { ok: false, expected: shardCounts.join(', ') }
}

export function cron(value: string): Parsed<string> {
  const fields = value.trim().split(/\s+/)
  const good = fields.length >= 5 && fields.length <= 6 && fields.every((field) => /^[0-9A-Za-z*?,/#L-]+$/.test(field))
  return good ? ok(value.trim()) : { ok: false, expected: 'five cron fields, e.g. 0 7 * * *' }
}

export function timeZone(value: string): Parsed<string> {
  try {
    return ok(new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone)
  } catch {
    return { ok: false, expected: 'a time zone such as Europe/Berlin or UTC' }
  }
}

export function locale(value: string): Parsed<string> {
  return isLocale(value)
    ? ok(Intl.getCanonicalLocales(value)[0] ?? value)
    : { ok: false, expected: 'a locale that this Node knows, such as de-DE or en-US' }
}

/** One whose dates and numbers are known here, by its language at least. */
export function isLocale(value: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(value).length > 0
  } catch {
    return false
  }
}

export function mailAddress(value: string): Parsed<string> {
  return isMailAddress(value.trim()) ? ok(value.trim()) : { ok: false, expected: 'a mail address' }
}

export function mailAddresses(value: string): Parsed<string[]> {
  const addresses = value.split(',').map((address) => address.trim())
  return addresses.every(isMailAddress) ? ok(addresses) : { ok: false, expected: 'mail addresses separated by commas' }
}

export function isMailAddress(value: string): boolean {
  return /^[^\s@<>"']+@[^\s@<>"',]+$/.test(value)
}
