/**
 * The log on a stream: lines for a person at a terminal, JSON lines for everything else. What comes from outside may hold
 * control characters; on a terminal they are shown, not obeyed.
 */
import { styleText } from 'node:util'
import { type LogLevel, logLevels } from '../../core/setting-values.ts'
import { formatTime } from '../../core/view/format.ts'
import type { Clock } from '../clock/port.ts'
import type { Log, LogFields } from './port.ts'
import { visible } from './visible.ts'

export interface ConsoleLogOptions {
  stream: { write(text: string): unknown }
  /** JSON lines; otherwise lines for people. */
  json: boolean
  colour: boolean
  clock: Clock
  timeZone: string
  /** The least that is written; default: all. */
  level?: LogLevel
}

export function createConsoleLog({ stream, json, colour, clock, timeZone, level = 'info' }: ConsoleLogOptions): Log {
  const write =
    (at: LogLevel) =>
    (event: string, fields: LogFields = {}) => {
      if (logLevels.indexOf(at) < logLevels.indexOf(level)) return
      const line = json
        ? jsonLine(at, event, fields, clock.now())
        : personLine(at, event, fields, { colour, time: formatTime(clock.now(), timeZone) })
      stream.write(`${line}\n`)
    }
  return { info: write('info'), warn: write('warn'), error: write('error') }
}

function jsonLine(level: LogLevel, event: string, fields: LogFields, nowMs: number): string {
  return visible(JSON.stringify({ time: new Date(nowMs).toISOString(), level, event, ...fields }))
}

function personLine(
  level: LogLevel,
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
