/** `receivers`: to whom notices go, and how. */
import * as v from 'valibot'
import { isMailAddress } from '../setting-values.ts'
import { duration, line, list, name, strict } from './fields.ts'

/** The name of a variable of the environment that holds it: secrets don't stand in the file. */
export interface SecretRef {
  env: string
}

export const webhookFormats = ['vitals', 'slack', 'alertmanager'] as const
export type WebhookFormat = (typeof webhookFormats)[number]

export type ReceiverConfig = {
  name: string
  /** How long one message may take. */
  deadlineMs: number
  /** Messages an hour; what exceeds them becomes one digest. */
  capPerHour: number
} & (
  | { type: 'mail'; to: readonly string[] }
  | { type: 'webhook'; url: string | SecretRef; secret?: SecretRef; format: WebhookFormat; insecure?: boolean }
  | { type: 'sns'; topic: string }
  /** Run only with MONITOR_ALLOW_COMMANDS=true. */
  | { type: 'command'; command: readonly string[] }
  | { type: 'file'; directory: string }
)

const mostAddresses = 50
const mostArguments = 50
const mostReceivers = 50
const mostAnHour = 100_000

const secretWords = 'expected env:NAME, the variable that holds it'
const secretRef = v.pipe(
  v.string(secretWords),
  v.regex(/^env:[A-Za-z_][A-Za-z0-9_]*$/, secretWords),
  v.transform((text): SecretRef => ({ env: text.slice('env:'.length) })),
)
const urlWords = 'expected https://…, http://… or env:NAME'
const url = v.union(
  [
    secretRef,
    v.pipe(
      v.string(urlWords),
      v.check((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), urlWords),
    ),
  ],
  urlWords,
)
/** https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
const topicPattern = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(?:\.fifo)?$/

const common = {
  name,
  deadline: v.optional(duration(1_000, 120_000), '30s'),
  cap: v.optional(
    v.pipe(
      v.number('expected messages an hour'),
      v.integer('expected a whole number'),
      v.minValue(1, 'expected 1 or more'),
      v.maxValue(mostAnHour, `expected ${mostAnHour} at most`),
    ),
    60,
  ),
}
const address = v.pipe(v.string('expected a mail address'), v.check(isMailAddress, 'expected a mail address'))
const commandWords = 'expected the path of a program, beginning with /, and its arguments'

const receiver = v.variant(
  'type',
  [
    strict({ ...common, type: v.literal('mail'), to: list(address, 'mail addresses', mostAddresses) }),
    strict({
      ...common,
      type: v.literal('webhook'),
      url,
      secret: v.exactOptional(secretRef),
      insecure: v.exactOptional(v.boolean('expected true or false')),
      format: v.optional(v.picklist(webhookFormats, `expected ${webhookFormats.join(', ')}`), 'vitals'),
    }),
    strict({
      ...common,
      type: v.literal('sns'),
      topic: v.pipe(
        v.string('expected the ARN of a topic'),
        v.regex(topicPattern, 'expected the ARN of a topic, arn:aws:sns:region:account:name'),
      ),
    }),
    strict({
      ...common,
      type: v.literal('command'),
      command: v.pipe(
        list(line, 'words', mostArguments),
        v.check(([program]) => program?.startsWith('/') === true, commandWords),
      ),
    }),
    strict({ ...common, type: v.literal('file'), directory: line }),
  ],
  'expected mail, webhook, sns, command or file',
)

export const receiversSchema = v.pipe(
  v.array(
    v.pipe(
      receiver,
      v.transform(({ deadline, cap, ...rest }): ReceiverConfig => ({ ...rest, deadlineMs: deadline, capPerHour: cap })),
    ),
    'expected a list of receivers',
  ),
  v.maxLength(mostReceivers, `expected ${mostReceivers} receivers at most`),
)
