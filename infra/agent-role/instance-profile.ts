/** On EC2: the machine has a role, and nothing to keep secret. */
import { describe, outputOf, roleFor, type Way } from './way.ts'

export const instanceProfile: Way = {
  meaning: 'an instance of EC2 has a role: no secret to keep',
  template: (enrolment) => ({
    AWSTemplateFormatVersion: '2010-09-09',
    Description: describe(enrolment, 'Instance profile'),
    Resources: {
      Role: roleFor(enrolment, {
        Effect: 'Allow',
        Principal: { Service: 'ec2.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
      InstanceProfile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [{ Ref: 'Role' }] } },
    },
    Outputs: { InstanceProfile: { Value: { Ref: 'InstanceProfile' } } },
  }),
  steps: (enrolment) => [
    {
      say: 'Give it to the instance, and to no other:',
      commands: [
        `aws ec2 associate-iam-instance-profile --instance-id i-… --iam-instance-profile Name="${outputOf(enrolment, 'InstanceProfile')}"`,
      ],
    },
    { say: 'On the host, /etc/vitals/environment needs AWS_REGION and no keys.' },
  ],
}
