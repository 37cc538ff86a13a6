import { describe, expect, it } from 'vitest'
import { findSecrets } from '../../../scripts/secrets.ts'

/** Put together here: whole, this file would be found itself. */
const letters = 'aBcDeFgHiJkLmNoPqRsTuVwX'
const secrets = {
  'the id of an access key': ['AWSAccessKeyID', `key = AKIA${'J7QW5RZ2M4XK9TPL'}`],
  'a secret access key': [
    'AWSSecretAccessKey',
    `aws_secret_access_key = ${'wJalrXUtnFEMIK7MDENG+bPxRfiCY'}${'ab12cdEF9hQ'}`,
  ],
  'a private key': [
    'PrivateKey',
    `-----BEGIN ${'PRIVATE'} KEY-----\n${`MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw\n`.repeat(8)}-----END ${'PRIVATE'} KEY-----`,
  ],
  'a webhook of Slack': ['IncomingWebhook', `https://hooks.slack.com/services/${'T0AB12CD3/B0EF45GH6'}/${letters}`],
  'a webhook of Discord': ['Webhook', `https://discord.com/api/webhooks/${'1234567890123456789'}/${letters.repeat(3)}`],
  'a webhook of Teams': [
    'Webhook',
    `https://prod-01.westeurope.logic.azure.com:443/workflows/${'0123456789abcdef'.repeat(2)}/triggers/manual/paths/invoke?sp=x&sig=${letters.repeat(2)}`,
  ],
  'a token of GitHub': ['GITHUB_TOKEN', `ghp_${letters}${letters.slice(0, 12)}`],
  'a token of npm': ['NPM_ACCESS_TOKEN', `npm_${letters}${letters.slice(0, 12)}`],
} as const

describe('the scan for secrets', () => {
  it.each(Object.entries(secrets))('finds %s, with its line and not with its text', async (_, [rule, secret]) => {
    const found = await findSecrets('infra/settings.yml', `# settings\n\nvalue: 1\n${secret}\n`)
    expect(found).toEqual([{ path: 'infra/settings.yml', line: 4, rule }])
    expect(JSON.stringify(found)).not.toContain(secret)
  })

  it('finds none in what documentation says instead of one', async () => {
    const text = [
      'AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE',
      'arn:aws:iam::123456789012:role/vitals',
      'https://hooks.slack.com/services/…',
      'https://discord.com/api/webhooks/ID/TOKEN',
      'secret: $DISCORD_WEBHOOK',
    ].join('\n')
    expect(await findSecrets('docs/page.md', text)).toEqual([])
  })
})
