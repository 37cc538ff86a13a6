/** What every receiver holds: run by each against a real server, directory or process. */
import { afterEach, describe, expect, it } from 'vitest'
import { type Message, type Receiver, ReceiverError } from '../../adapters/receivers/port.ts'
import { makeNotice } from '../unit/functions/notify/make-notice.ts'
import { hostileNames, hostileNotice, makeMessage } from './message.ts'

/** How what is at the other end behaves. */
export type Behaviour = 'accepts' | 'fails' | 'hangs' | 'drops'

export interface OpenReceiver {
  receiver: Receiver
  /** Ids and texts of what arrived, in order; `text` is all that came, as text. */
  received(): Promise<{ id: string; text: string }[]>
  close(): Promise<void>
}

export interface ReceiverContract {
  open(behaviour: Behaviour): Promise<OpenReceiver>
  /** Those that what is at the other end can have. */
  behaviours: readonly Behaviour[]
  /** The ids that arrive are those of messages; false: the service has its own. */
  keepsIds?: boolean
}

export function describeReceiver(name: string, { open, behaviours, keepsIds = true }: ReceiverContract): void {
  describe(name, () => {
    let opened: OpenReceiver | undefined
    afterEach(async () => {
      await opened?.close()
      opened = undefined
    })
    const send = async (message: Message, behaviour: Behaviour = 'accepts', signal = AbortSignal.timeout(20_000)) => {
      opened ??= await open(behaviour)
      return await opened.receiver.send(message, { signal })
    }
    const failureOf = async (behaviour: Behaviour, signal?: AbortSignal): Promise<ReceiverError> => {
      const error = await send(makeMessage(), behaviour, signal).then(
        () => undefined,
        (cause: unknown) => cause,
      )
      expect(error).toBeInstanceOf(ReceiverError)
      return error as ReceiverError
    }

    it('takes a message, and says where it is', async () => {
      const message = makeMessage()
      const { messageId, where } = await send(message)
      expect([messageId.length > 0, where.length > 0]).toEqual([true, true])
      const arrived = await opened?.received()
      expect(arrived).toHaveLength(1)
      expect(arrived?.[0]?.text).toContain('91.3')
      if (keepsIds) expect(arrived?.[0]?.id).toBe(message.id)
    })

    it('takes a group of them as one', async () => {
      const incidents = ['b', 'c', 'd'].map((digit) => makeNotice({ incident: digit.repeat(12) }))
      await send(makeMessage({ notices: incidents, id: 'group-1', text: 'three of them\n' }))
      expect(await opened?.received()).toHaveLength(1)
    })

    it.each(hostileNames)('takes the name %j for a name, in every field', async (hostile) => {
      const notice = hostileNotice(hostile)
      await send(makeMessage({ notices: [notice], subject: `[firing] ${hostile}`, text: `${hostile}\n` }))
      const arrived = await opened?.received()
      expect(arrived).toHaveLength(1)
      if (keepsIds) expect(arrived?.[0]?.id).toBe(notice.id)
    })

    it('sends nothing once its signal is aborted', async () => {
      await expect(send(makeMessage(), 'accepts', AbortSignal.abort())).rejects.toMatchObject({ effect: 'none' })
      expect(await opened?.received()).toEqual([])
    })

    it('has a deadline, a cap and patience', async () => {
      opened = await open('accepts')
      const { deadlineMs, capPerHour, retry } = opened.receiver
      expect([deadlineMs > 0, capPerHour > 0, retry.baseMs > 0, retry.capMs >= retry.baseMs]).toEqual(
        Array.from({ length: 4 }, () => true),
      )
    })

    if (behaviours.includes('fails')) {
      it('may be tried again where the other end fails', async () => {
        expect((await failureOf('fails')).retry).toBe('later')
      })
    }
    if (behaviours.includes('hangs')) {
      it('ends when it is told to, and does not know what came of it', async () => {
        const failure = await failureOf('hangs', AbortSignal.timeout(500))
        expect(failure).toMatchObject({ effect: 'unknown', retry: 'later' })
      })
    }
    if (behaviours.includes('drops')) {
      it('does not know what came of it where the other end hangs up', async () => {
        expect(await failureOf('drops')).toMatchObject({ effect: 'unknown', retry: 'later' })
      })
    }
  })
}
