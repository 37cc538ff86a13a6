/**
 * The log of a function: one JSON object a line, the same fields as the log of `vitals up`, and beside them which function
 * and which request it was. Levels, context and output are those of Powertools for AWS Lambda.
 */
import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger'
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types'
import type { FunctionName } from '../../core/figures.ts'
import type { LogLevel } from '../../core/setting-values.ts'
import type { Log, LogFields } from '../log/port.ts'
import { visibleInJson } from '../log/visible.ts'
import type { Secrets } from './secrets.ts'

export interface LambdaLogOptions {
  of: FunctionName
  /** Lines below it are left out. */
  level: LogLevel
  secrets: Secrets
  /** Of the request that is being answered; empty: none is. */
  requestId(): string
}

export function createLambdaLog({ of, level, secrets, requestId }: LambdaLogOptions): Log {
  const logger = new Logger({
    serviceName: of,
    logLevel: level.toUpperCase() as Uppercase<LogLevel>,
    logFormatter: new OneLine(),
    jsonReplacerFn: (_, value) => (typeof value === 'string' ? visibleInJson(secrets.without(value)) : value),
  })
  const write =
    (at: LogLevel) =>
    (event: string, fields: LogFields = {}) =>
      logger[at]({ message: event, function: of, requestId: requestId(), ...fields })
  return { info: write('info'), warn: write('warn'), error: write('error') }
}

class OneLine extends LogFormatter {
  override formatAttributes({ timestamp, logLevel, message }: UnformattedAttributes, fields: LogAttributes): LogItem {
    const time = this.formatTimestamp(timestamp)
    return new LogItem({ attributes: { time, level: logLevel.toLowerCase(), event: message, ...fields } })
  }
}
