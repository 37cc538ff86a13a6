/** Anywhere, with any store: a user of IAM with an access key. It is good until somebody deletes it. */
import { describe, outputOf, type Way } from './way.ts'

export const key: Way = {
  meaning: 'a user of IAM with an access key that does not end by itself',
  template: (enrolment) => ({
    AWSTemplateFormatVersion: '2010-09-09',
    Description: describe(enrolment, 'User'),
    Resources: {
      User: { Type: 'AWS::IAM::User', Properties: {} },
      // Beside it, since LocalStack drops policies within a user: so that the test sees what is made.
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: { PolicyName: 'vitals-agent', PolicyDocument: enrolment.policy, Users: [{ Ref: 'User' }] },
      },
    },
    Outputs: { User: { Value: { Ref: 'User' } } },
  }),
  steps: (enrolment) => [
    {
      // Not in the template: whoever may describe the stack would read the secret among its outputs.
      say: 'Make its key, which is shown this once:',
      commands: [`aws iam create-access-key --user-name "${outputOf(enrolment, 'User')}"`],
    },
    {
      say: 'On the host, /etc/vitals/environment needs AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    },
  ],
}
