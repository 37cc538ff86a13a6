/** The fields that several sections of vitals.yml have. Each message says what was expected; where, its problem says. */
import * as v from 'valibot'
import { limits } from '../limits.ts'
import { isTimeZone } from '../local-time.ts'
import { type Weekday, weekdays } from '../schedule.ts'
import { isLocale } from '../setting-values.ts'
import { nearestWord } from '../spelling.ts'
import { parseDuration, printDuration } from './duration.ts'

const longestName = 64
const longestText = 500
const mostGlobs = 1_000

/** No other keys; one that is not known is told with the one that was probably meant. */
export function strict<const Entries extends v.ObjectEntries>(entries: Entries) {
  const known = Object.keys(entries)
  return v.strictObject(entries, ({ expected, input }) => {
    if (expected === 'never') return unknownKey(String(input), known)
    return expected === 'Object' ? `expected ${known.join(', ')}` : `expected ${String(expected).replaceAll('"', '')}`
  })
}

export function unknownKey(key: string, known: readonly string[]): string {
  const meant = meantWord(key, known)
  return `expected ${meant === undefined ? `one of ${known.join(', ')}` : `a key that exists; is ${meant} meant?`}`
}

/** A third of its letters may be wrong, two at most. */
export function meantWord(word: string, known: readonly string[]): string | undefined {
  return nearestWord(word, known, Math.min(2, Math.floor(word.length / 3)))
}

/** Of rules, receivers, maintenance: stands in keys, subjects and headers. */
export const name = v.pipe(
  v.string('expected a name'),
  v.regex(/^[\w.-]+$/, 'expected letters, digits, -, _ and .'),
  v.maxLength(longestName, `expected ${longestName} characters at most`),
)

/** One line. */
export const line = v.pipe(
  v.string('expected a text'),
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
  v.regex(/^[^\u0000-\u001f\u007f]+$/, 'expected a line of text'),
  v.maxLength(longestText, `expected ${longestText} characters at most`),
)

export function list<const Item extends v.GenericSchema>(item: Item, what: string, most = mostGlobs) {
  return v.pipe(
    v.array(item, `expected a list of ${what}`),
    v.minLength(1, `expected a list of ${what}, at least one`),
    v.maxLength(most, `expected ${most} ${what} at most`),
  )
}

export const glob = v.pipe(
  v.string('expected a glob such as web-*'),
  v.minLength(1, 'expected a glob such as web-*'),
  v.maxLength(limits.pathLength, `expected ${limits.pathLength} characters at most`),
)
export const globs = list(glob, 'globs')

const tagGlob = v.pipe(
  v.string('expected key=glob'),
  v.regex(/^[^=]+=/, 'expected key=glob'),
  v.maxLength(2 * limits.nameLength, `expected ${2 * limits.nameLength} characters at most`),
)
export const tagGlobs = list(tagGlob, 'key=glob', limits.tagsPerHost)

export const severity = v.picklist(['warning', 'critical'], 'expected warning or critical')

/** As milliseconds. */
export function duration(leastMs: number, mostMs: number) {
  const expected = `expected a duration such as 30s, 10m, 6h or 2d, from ${printDuration(leastMs)} to ${printDuration(mostMs)}`
  return v.pipe(
    v.string(expected),
    v.check((text) => {
      const ms = parseDuration(text)
      return ms !== undefined && ms >= leastMs && ms <= mostMs
    }, expected),
    v.transform((text) => parseDuration(text) ?? 0),
  )
}

const timeWords = 'expected a time such as "07:00"'
export const clockTime = v.pipe(v.string(timeWords), v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, timeWords))

/** As minutes after midnight; `24:00` is the end of the day. */
export const timeOfDay = v.pipe(
  v.union([clockTime, v.literal('24:00')], timeWords),
  v.transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))),
)

export const timeZone = v.pipe(
  v.string('expected a time zone such as Europe/Berlin'),
  v.check(isTimeZone, 'expected a time zone such as Europe/Berlin'),
)

export const locale = v.pipe(
  v.string('expected a locale such as de-DE'),
  v.check(isLocale, 'expected a locale such as de-DE'),
)

export const dayOfMonth = v.pipe(
  v.number('expected a day from 1 to 31'),
  v.integer('expected a day from 1 to 31'),
  v.minValue(1, 'expected a day from 1 to 31'),
  v.maxValue(31, 'expected a day from 1 to 31'),
)

const weekdayWords = 'expected a weekday such as monday or mon'

/** `monday`, or its first three letters. */
export const weekday = v.pipe(
  v.string(weekdayWords),
  v.check((word) => weekdayOf(word) !== undefined, weekdayWords),
  v.transform((word) => weekdayOf(word) ?? 'monday'),
)

const rangeWords = 'expected a weekday such as mon, or a range such as mon..fri'
const weekdayRange = v.pipe(
  v.string(rangeWords),
  v.check((text) => rangeOfDays(text) !== undefined, rangeWords),
  v.transform((text) => rangeOfDays(text) ?? []),
)

/** `[mon..fri, sunday]` */
export const weekdayList = v.pipe(
  list(weekdayRange, 'weekdays', 7),
  v.transform((ranges) => weekdays.filter((day) => ranges.flat().includes(day))),
)

function weekdayOf(word: string): Weekday | undefined {
  return weekdays.find((day) => day === word || day.slice(0, 3) === word)
}

function rangeOfDays(text: string): Weekday[] | undefined {
  const words = text.split('..')
  const from = weekdayOf(words[0] ?? '')
  const to = weekdayOf(words.at(-1) ?? '')
  if (from === undefined || to === undefined || words.length > 2) return undefined
  const first = weekdays.indexOf(from)
  const count = ((weekdays.indexOf(to) - first + 7) % 7) + 1
  return Array.from({ length: count }, (_, index) => weekdays[(first + index) % 7] as Weekday)
}
