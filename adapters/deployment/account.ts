/** Whose account the credentials are of, and what its functions and its mail are like. */
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { GetIdentityVerificationAttributesCommand, GetSendQuotaCommand, SESClient } from '@aws-sdk/client-ses'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'

export interface Caller {
  account: string
  /** Who asks. */
  arn: string
}

/** Throws with what to do where there are no credentials. */
export async function readCaller(): Promise<Caller> {
  try {
    const { Account: account = '', Arn: arn = '' } = await new STSClient().send(new GetCallerIdentityCommand())
    return { account, arn }
  } catch (cause) {
    throw new Error(
      `AWS does not say whose account this is: ${(cause as Error).message}: expected credentials as the AWS SDK takes ` +
        'them (AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a role)',
      { cause },
    )
  }
}

/** sha256 in base64 of a function's zip; undefined: there is no such function. */
export async function readCodeHash(functionName: string): Promise<string | undefined> {
  return (await readConfiguration(functionName))?.CodeSha256
}

export async function readVariables(functionName: string): Promise<Readonly<Record<string, string>>> {
  return (await readConfiguration(functionName))?.Environment?.Variables ?? {}
}

async function readConfiguration(FunctionName: string) {
  try {
    return await new LambdaClient().send(new GetFunctionConfigurationCommand({ FunctionName }))
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined
    throw error
  }
}

/** Of an account in SES's sandbox, which sends to verified addresses only. https://docs.aws.amazon.com/ses/latest/dg/quotas.html */
const sandboxMailsADay = 200

/** May `address` send, by itself or by its domain? And is the account in the sandbox? */
export async function readSender(address: string): Promise<{ isVerified: boolean; inSandbox: boolean }> {
  const ses = new SESClient()
  const domain = address.slice(address.indexOf('@') + 1).toLowerCase()
  // A domain that is verified covers those below it.
  const domains = domain.split('.').map((_, at, labels) => labels.slice(at).join('.'))
  const Identities = [address, ...domains.filter((one) => one.includes('.'))]
  const { VerificationAttributes = {} } = await ses.send(new GetIdentityVerificationAttributesCommand({ Identities }))
  const { Max24HourSend = Number.POSITIVE_INFINITY } = await ses.send(new GetSendQuotaCommand())
  const isVerified = Object.values(VerificationAttributes).some((one) => one.VerificationStatus === 'Success')
  return { isVerified, inSandbox: Max24HourSend <= sandboxMailsADay }
}
