import { expect } from 'vitest'
import { MailError } from '../../../../adapters/mail/port.ts'

/** What it rejects with. */
export async function failure(sending: Promise<unknown>): Promise<MailError> {
  const error = await sending.then(
    () => new Error('it was sent'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(MailError)
  return error as MailError
}
