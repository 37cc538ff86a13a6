/** Before a deployment: what the account has beside the stack and the stack needs, its bucket and its sender of mails. */
import { parsePlace } from './adapt-template.mjs'
import { checkBucket } from './check-bucket.mjs'
import { checkMail } from './check-mail.mjs'
import { readOutputs } from './outputs.mjs'
import { readBucket } from './read-bucket.mjs'

/**
 * `settings`: what the functions will be given. `existing`: the URL of a bucket that the stack is to use, if it makes none.
 * `wanted`: the properties of the one that it would make. Throws with what would not work; `say` gets what should be looked at.
 */
export async function checkAccount({ config, stackName, region, settings, existing, wanted, say }) {
  const former = await formerBucket({ config, stackName })
  const url = existing || former
  if (url) {
    const place = parsePlace(url)
    const found = await readBucket({ config, place })
    const shards = settings.MONITOR_SHARDS ? Number(settings.MONITOR_SHARDS) : undefined
    const { refusals, advice } = checkBucket({ place, found, wanted, shards })
    if (refusals.length > 0) throw new Error(refusals.map((what) => `${url}: ${what}.`).join('\n'))
    // Its own bucket the stack has made as it should be.
    if (existing) for (const what of advice) say(`${url}: ${what}.`)
  }
  if (existing && former && parsePlace(existing).url !== former) {
    say(
      `${former}, the bucket of this stack until now, stays with all it holds; agents go on sending there until they are told.`,
    )
  }
  if (settings.MONITOR_MAIL !== 'ses') return
  const to = settings.MONITOR_MAIL_TO.split(',').map((address) => address.trim())
  for (const what of await checkMail({ config, region, from: settings.MONITOR_MAIL_FROM, to })) say(what)
}

/** Which the stack uses now; undefined: there is no stack, or it never came so far. */
async function formerBucket(stack) {
  try {
    return (await readOutputs(stack)).BucketUrl
  } catch (error) {
    if (error.name === 'ValidationError') return undefined
    throw error
  }
}
