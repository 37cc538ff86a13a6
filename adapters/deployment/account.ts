/** Whose account the credentials are of, and what its functions are like. */
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
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
