import { describe, expect, it } from 'vitest'
import { mailAdvice } from '../../../../infra/serverless/check-mail.mjs'

/** What is told of a stack that mails from vitals@mail.example.com to ops@example.org, by what SES knows. */
function advice(known: Record<string, string>, { isInSandbox = false } = {}): string[] {
  return mailAdvice({
    from: 'vitals@mail.example.com',
    to: ['ops@example.org'],
    region: 'eu-central-1',
    statusOf: (identity: string) => known[identity],
    isInSandbox,
  })
}

describe('a deployment', () => {
  it.each([
    ['the sender', { 'vitals@mail.example.com': 'Success' }],
    ['its domain', { 'mail.example.com': 'Success' }],
    ['the domain above', { 'example.com': 'Success', 'mail.example.com': 'Failed' }],
  ])('is told nothing where SES has verified %s', (_, known) => {
    expect(advice(known)).toEqual([])
  })

  it.each([
    ['has never heard of the sender', {}, 'has not verified vitals@mail.example.com, nor its domain. Do so: aws ses '],
    ['has verified another one', { 'boss@mail.example.com': 'Success' }, 'has not verified vitals@mail.example.com'],
    ['has given up', { 'vitals@mail.example.com': 'Failed' }, 'has not verified vitals@mail.example.com'],
    ['waits for the sender', { 'vitals@mail.example.com': 'Pending' }, 'waits for somebody to open the link'],
  ])('is told what to do where SES %s', (_, known, expected) => {
    const [told, ...more] = advice(known)
    expect(more).toEqual([])
    expect(told).toContain(expected)
    expect(told).toContain('verify-email-identity --email-address vitals@mail.example.com --region eu-central-1')
    expect(told).toContain('it refuses all mails of this stack')
  })

  it('is told whom the sandbox keeps from being told', () => {
    const sender = { 'example.com': 'Success' }
    expect(advice(sender, { isInSandbox: true })).toEqual([
      expect.stringMatching(/in its sandbox: 200 mails a day, .* which ops@example\.org is not\..*https:\/\/docs\.aws/),
    ])
    expect(advice({ ...sender, 'example.org': 'Success' }, { isInSandbox: true })).toEqual([])
  })
})
