/**
 * Outside of AWS: a certificate of one's own authority is exchanged for credentials of an hour. The role trusts a certificate
 * whose common name is the host, of one authority.
 */
import { describe, outputOf, roleFor, stackNameOf, type Way } from './way.ts'

/** RFC 5280, ub-common-name; and nothing that a condition of IAM takes for a variable. */
const commonName = /^[A-Za-z0-9._-]{1,64}$/

export const rolesAnywhere: Way = {
  meaning: 'a certificate of your own authority is exchanged for credentials of an hour (IAM Roles Anywhere)',
  parameters: 'TrustAnchor=arn:aws:rolesanywhere:…:trust-anchor/…',
  problem: (host) =>
    commonName.test(host)
      ? undefined
      : `${JSON.stringify(host)} can't be the common name of a certificate here: expected 1 to 64 of A-Z a-z 0-9 . _ -`,
  template: (enrolment) => ({
    AWSTemplateFormatVersion: '2010-09-09',
    Description: describe(enrolment, 'Role and profile'),
    Parameters: {
      TrustAnchor: {
        Type: 'String',
        Description: 'The ARN of the trust anchor: infra/agent-role/trust-anchor.yml makes one for all hosts',
        AllowedPattern: 'arn:[a-z-]+:rolesanywhere:[a-z0-9-]+:[0-9]{12}:trust-anchor/[0-9a-f-]+',
      },
    },
    Resources: {
      Role: roleFor(enrolment, {
        Effect: 'Allow',
        Principal: { Service: 'rolesanywhere.amazonaws.com' },
        Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
        Condition: {
          StringEquals: { 'aws:PrincipalTag/x509Subject/CN': enrolment.host },
          ArnEquals: { 'aws:SourceArn': { Ref: 'TrustAnchor' } },
        },
      }),
      Profile: {
        Type: 'AWS::RolesAnywhere::Profile',
        Properties: {
          Name: stackNameOf(enrolment),
          Enabled: true,
          DurationSeconds: 3_600,
          RoleArns: [{ 'Fn::GetAtt': ['Role', 'Arn'] }],
        },
      },
    },
    Outputs: {
      Helper: {
        Value: {
          'Fn::Join': [
            ' ',
            [
              'aws_signing_helper serve --certificate host.pem --private-key host.key',
              '--trust-anchor-arn',
              { Ref: 'TrustAnchor' },
              '--profile-arn',
              { 'Fn::GetAtt': ['Profile', 'ProfileArn'] },
              '--role-arn',
              { 'Fn::GetAtt': ['Role', 'Arn'] },
            ],
          ],
        },
      },
    },
  }),
  steps: (enrolment) => [
    { say: `Have your authority sign a certificate with the common name ${enrolment.host}.` },
    {
      say: "This prints the command by which AWS's helper exchanges it, on 127.0.0.1:9911; it runs on the host, as a service:",
      commands: [`echo "${outputOf(enrolment, 'Helper')}"`],
    },
    {
      say: 'On the host, /etc/vitals/environment needs AWS_REGION and AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:9911.',
    },
  ],
}
