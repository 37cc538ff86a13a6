/** What looks like a secret in a text, by secretlint's rules and some of our own. */
import { lintSource } from '@secretlint/core'
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend'
import type { SecretLintRuleCreator } from '@secretlint/types'

export interface Found {
  path: string
  line: number
  /** `SLACK_TOKEN`: which rule it was. */
  rule: string
}

/** Addresses that let whoever has them write to a channel: what operators give to receivers, and secretlint does not know. */
const webhookAddresses = [
  /https:\/\/(?:\w+\.)?discord(?:app)?\.com\/api\/webhooks\/\d{16,}\/[\w-]{50,}/g,
  /https:\/\/[\w.-]+\.webhook\.office\.com\/webhookb2\/[\w@-]{36,}\/\S{40,}/g,
  /https:\/\/[\w.:-]+\/workflows\/\w{32}\/triggers\/\S+[?&]sig=[\w%-]{30,}/g,
]

const webhooks: SecretLintRuleCreator = {
  meta: { id: 'webhooks', type: 'scanner', recommended: true, supportedContentTypes: ['text'] },
  messages: { Webhook: { en: () => 'an address that lets whoever has it write' } },
  create: ({ report, createTranslator }) => ({
    file: ({ content }) => {
      const translate = createTranslator(webhooks.messages)
      for (const { index, 0: address } of webhookAddresses.flatMap((one) => [...content.matchAll(one)])) {
        report({ message: translate('Webhook', {}), range: [index, index + address.length] })
      }
    },
  }),
}

const config = {
  rules: [
    {
      id: 'recommended',
      rule: recommended,
      // Keys by their names alone as well: AKIA and sixteen more. The number of an account is no secret.
      rules: [
        {
          id: '@secretlint/secretlint-rule-aws',
          options: { enableIDScanRule: true },
          allowMessageIds: ['AWSAccountID'],
        },
      ],
    },
    { id: 'webhooks', rule: webhooks },
  ],
}

export async function findSecrets(path: string, text: string): Promise<Found[]> {
  const { messages } = await lintSource({
    source: { filePath: path, content: text, contentType: 'text' },
    options: { config, maskSecrets: true },
  })
  return messages.map(({ loc, messageId }) => ({ path, line: loc.start.line, rule: messageId }))
}
