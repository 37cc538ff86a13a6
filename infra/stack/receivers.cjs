/**
 * What the receivers of vitals.yml need of the stack: topics that notify may publish to, and variables of the shell that hold
 * secrets, which it is given. Whether the file is right, the deployment asks before (infra/serverless/expect-settings.ts).
 */
const { existsSync, readFileSync } = require('node:fs')
const { parse } = require('yaml')

const path = process.env.MONITOR_VITALS_FILE || 'vitals.yml'
const receivers = existsSync(path) ? receiversIn(readFileSync(path, 'utf8')) : []

/** ARNs; each once. */
const topics = once(receivers.filter(({ type }) => type === 'sns').map(({ topic }) => topic))

/** Names. */
const secrets = once(
  receivers
    .flatMap(({ url, secret }) => [url, secret])
    .filter((value) => typeof value === 'string' && value.startsWith('env:'))
    .map((value) => value.slice('env:'.length)),
)

function receiversIn(text) {
  const file = parse(text)
  return Array.isArray(file?.receivers) ? file.receivers.filter((one) => typeof one === 'object' && one !== null) : []
}

function once(values) {
  return [...new Set(values)]
}

module.exports = {
  topics,
  notifyEnvironment: {
    VITALS_LINK_KEY: `\${param:linkKey}`,
    MONITOR_SITE_URL: `\${param:siteUrl}`,
    ...Object.fromEntries(secrets.map((name) => [name, `\${env:${name}, ''}`])),
  },
}
