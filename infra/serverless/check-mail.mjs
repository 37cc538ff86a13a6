/** Before a deployment: whether SES would take the mails of the stack. A warning, since it can be put right afterwards. */
import { GetIdentityVerificationAttributesCommand, GetSendQuotaCommand, SESClient } from '@aws-sdk/client-ses'

/** https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html */
const mailsADayInSandbox = 200

/** `from`, `to`: addresses. Resolves to what is to be told, line by line; to nothing when all is well. */
export async function checkMail({ config, region, from, to }) {
  const ses = new SESClient(config)
  try {
    const Identities = [...new Set([from, ...to].flatMap(identitiesOf))]
    const [{ VerificationAttributes = {} }, { Max24HourSend = 0 }] = await Promise.all([
      ses.send(new GetIdentityVerificationAttributesCommand({ Identities })),
      ses.send(new GetSendQuotaCommand()),
    ])
    const statusOf = (identity) => VerificationAttributes[identity]?.VerificationStatus
    return mailAdvice({ from, to, region, statusOf, isInSandbox: Max24HourSend <= mailsADayInSandbox })
  } catch (error) {
    return [`SES was not asked whether it sends mails from ${from}: ${error.message}`]
  }
}

/** `statusOf`: of an address or domain, as SES says it; undefined: it knows none of that name. */
export function mailAdvice({ from, to, region, statusOf, isInSandbox }) {
  const isVerified = (address) => identitiesOf(address).some((identity) => statusOf(identity) === 'Success')
  const advice = []
  if (!isVerified(from)) {
    const how = `aws ses verify-email-identity --email-address ${from} --region ${region}`
    const what =
      statusOf(from) === 'Pending'
        ? `waits for somebody to open the link in the mail that it sent to ${from}. Another one: ${how}`
        : `has not verified ${from}, nor its domain. Do so: ${how} (and open the link in the mail that comes)`
    advice.push(`SES in ${region} ${what}. Until then it refuses all mails of this stack, and nobody is told anything.`)
  }
  const unknown = isInSandbox ? to.filter((address) => !isVerified(address)) : []
  if (unknown.length > 0) {
    advice.push(
      `SES in ${region} is in its sandbox: ${mailsADayInSandbox} mails a day, and only to addresses that are verified, which ` +
        `${unknown.join(', ')} ${unknown.length === 1 ? 'is' : 'are'} not. Verify each as above, or ask for production: ` +
        'https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html',
    )
  }
  return advice
}

/** By which an address may be verified: itself, its domain, and the domains above. */
function identitiesOf(address) {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
  const labels = domain.split('.')
  const above = labels.map((_, index) => labels.slice(index).join('.')).filter((name) => name.includes('.'))
  return [address, domain, ...above]
}
