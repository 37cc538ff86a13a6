import type { Log, LogFields } from '../../../adapters/log/port.ts'

export interface RecordingLog extends Log {
  events: { level: 'info' | 'warn' | 'error'; event: string; fields: LogFields }[]
  /** The events alone, in their order. */
  told(): string[]
}

export function createRecordingLog(): RecordingLog {
  const events: RecordingLog['events'] = []
  const at =
    (level: 'info' | 'warn' | 'error') =>
    (event: string, fields: LogFields = {}) =>
      void events.push({ level, event, fields })
  return {
    events,
    told: () => events.map(({ event }) => event),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  }
}
