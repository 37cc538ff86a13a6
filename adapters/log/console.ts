/**
 * The log on a stream: lines for a person at a terminal, JSON lines for everything else. What comes from outside may hold
 * control characters; on a terminal they are shown, not obeyed.
 */
import { styleText } from 'node:util'
import { formatTime } from '../../core/view/format.ts'
import type { Clock } from '../clock/port.ts'
import type { Log, LogFields } from './port.ts'

type Level = 'info' | 'warn' | 'error'

export interface ConsoleLogOptions {
  stream: { write(text: string): unknown }
  /** JSON lines; otherwise lines for people. */
  json: boolean
  colour: boolean
  clock: Clock
  timeZone: string
}

export function createConsoleLog({ stream, json, colour, clock, timeZone }: ConsoleLogOptions): Log {
  const write =
    (level: Level) =>
    (event: string, fields: LogFields = {}) => {
      const line = json
        ? jsonLine(level, event, fields, clock.now())
        : personLine(level, event, fields, { colour, time: formatTime(clock.now(), timeZone) })
      stream.write(`${line}\n`)
    }
  return { info: write('info'), warn: write('warn'), error: write('error') }
}

function jsonLine(level: Level, event: string, fields: LogFields, nowMs: number): string {
  return visible(JSON.stringify({ time: new Date(nowMs).toISOString(), level, event, ...fields }))
}

function personLine(
  level: Level,
  event: string,
  fields: LogFields,
  { colour, time }: { colour: boolean; time: string },
): string {
  const paint = (style: 'dim' | 'yellow' | 'red', text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text
  const said = level === 'info' ? visible(event) : paint(level === 'warn' ? 'yellow' : 'red', visible(event))
  const details = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${visible(String(value))}`)
    .join(' · ')
  return `${paint('dim', time)}  ${said}${details === '' ? '' : `  ${paint('dim', details)}`}`
}

/**
 * Control characters, and those that turn the direction of text around, as their code points: a terminal obeys them.
 * What JSON leaves as it is (C1 controls, DEL) is among them; in a JSON string the escape means the same character.
 */
const obeyed = /[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

function visible(text: string): string {
  return text.replace(obeyed, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
