/** What the operator needs of a stack: its outputs, by name. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'

export async function readOutputs({ config, stackName }) {
  const { Stacks: [stack] = [] } = await new CloudFormationClient(config).send(
    new DescribeStacksCommand({ StackName: stackName }),
  )
  return Object.fromEntries((stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]))
}
