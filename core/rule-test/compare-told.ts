/** Who should have been told beside who was. */
import { printDuration } from '../config/duration.ts'
import type { Path } from '../config/problem.ts'
import { matchesGlob } from '../glob.ts'
import type { Notice } from '../notice.ts'
import { onlyHost } from './compare.ts'
import type { RuleTest } from './file.ts'
import type { MessagePart, ToldExpectation } from './told.ts'

/** What a receiver was given. */
export interface ToldMessage extends Readonly<Partial<Record<MessagePart, string>>> {
  atMs: number
  receiver: string
  /** At least one. */
  notices: readonly Notice[]
  subject: string
  text: string
}

export interface ToldLine {
  /** `-`: was expected and is not so; `+`: is so and was not expected; ` `: as expected. */
  sign: ' ' | '-' | '+'
  text: string
  /** Where what was expected stands in the test. */
  path?: Path
  /** What stands there instead. */
  instead?: string
}

/** Each message must be expected, and nothing else may be; of those whose rules the test is not about nothing is said. */
export function compareTold(test: RuleTest, messages: readonly ToldMessage[]): { lines: ToldLine[]; passed: boolean } {
  const { told = [], rules } = test
  const isMeant = (message: ToldMessage) =>
    message.notices.some(({ rule }) => rules.some((glob) => matchesGlob(glob, rule)))
  const unclaimed = new Set(test.told ? messages.filter(isMeant) : [])
  const lines: (ToldLine & { atMs: number })[] = []
  for (const [index, expected] of told.entries()) {
    const path = ['told', index]
    const { atMs } = expected
    const alike = [...unclaimed].filter((message) => isAlike(expected, message, test))
    const wrong = alike.map((message) => ({ message, lines: wrongWords(expected, message) }))
    const found = wrong.find((one) => one.lines.length === 0) ?? wrong[0]
    const what = expectationText(expected, test)
    if (!found) {
      lines.push({ sign: '-', atMs, text: what, path })
      continue
    }
    unclaimed.delete(found.message)
    if (found.lines.length === 0) lines.push({ sign: ' ', atMs, text: what })
    for (const line of found.lines) {
      lines.push({ ...line, atMs, text: `${what}: ${line.text}`, path: [...path, ...(line.path ?? [])] })
    }
  }
  for (const message of unclaimed) {
    lines.push({ sign: '+', atMs: message.atMs - test.startMs, text: messageText(message, test) })
  }
  const passed = lines.every(({ sign }) => sign === ' ')
  return { lines: lines.sort((a, b) => a.atMs - b.atMs).map(({ atMs: _, ...line }) => line), passed }
}

function isAlike(expected: ToldExpectation, message: ToldMessage, test: RuleTest): boolean {
  const { atMs, to, kind, host = onlyHost(test), rule, entity, severity, notices } = expected
  const isIt = (notice: Notice) =>
    (kind === undefined || notice.kind === kind) &&
    (host === undefined || notice.host === host) &&
    (rule === undefined || notice.rule === rule) &&
    (entity === undefined || notice.entity === entity) &&
    (severity === undefined || notice.severity === severity)
  return (
    message.atMs - test.startMs === atMs &&
    message.receiver === to &&
    (notices === undefined || message.notices.length === notices) &&
    message.notices.some(isIt)
  )
}

function wrongWords({ parts }: ToldExpectation, message: ToldMessage): ToldLine[] {
  return parts.flatMap(([part, { contains, lacks }]): ToldLine[] => {
    const said = message[part]
    if (said === undefined) return [{ sign: '-', text: `it has no ${part}`, path: [part] }]
    const missing = contains.filter(({ words }) => !said.includes(words))
    const unwanted = lacks.filter(({ words }) => said.includes(words))
    return [
      ...missing.map(({ words, path }) => wrong(part, 'contains', words, path)),
      ...unwanted.map(({ words, path }) => wrong(part, 'lacks', words, path)),
    ].map((line, index, all) => (index === all.length - 1 ? { ...line, instead: said } : line))
  })
}

function wrong(part: MessagePart, is: 'contains' | 'lacks', words: string, path: Path): ToldLine {
  return { sign: '-', text: `${part} ${is} ${JSON.stringify(words)}`, path: [part, ...path] }
}

function expectationText(expected: ToldExpectation, test: RuleTest): string {
  const { atMs, to, kind, host = onlyHost(test), rule, entity, severity, notices } = expected
  const what = [kind ?? 'a message', host, rule, entity, severity && `(${severity})`]
  const count = notices === undefined ? [] : [`of ${notices} notices`]
  return `${at(atMs)}  ${to}: ${[...what, ...count].filter((word) => word).join(' ')}`
}

function messageText({ atMs, receiver, notices, subject }: ToldMessage, test: RuleTest): string {
  const [first] = notices
  const what = [first?.kind, first?.host, first?.rule, first?.entity].filter((word) => word).join(' ')
  const others = notices.length === 1 ? '' : ` and ${notices.length - 1} more`
  return `${at(atMs - test.startMs)}  ${receiver}: ${what}${others}: ${JSON.stringify(subject)}`
}

function at(ms: number): string {
  return printDuration(Math.max(0, ms)).padStart(7)
}
