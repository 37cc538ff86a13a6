/**
 * Who is told when Vitals itself is ill: `alarmTo`, which is MONITOR_MAIL_TO unless the deployment says otherwise. A way of
 * its own, since the usual one (notify, SES, the bucket) may be what is ill.
 */
module.exports = async ({ resolveVariable }) => {
  const told = once(String(await resolveVariable('param:alarmTo')).split(','))
  return {
    Resources: {
      Alarms: {
        Type: 'AWS::SNS::Topic',
        Properties: {
          DisplayName: 'Vitals itself',
          KmsMasterKeyId: { 'Fn::GetAtt': ['AlarmKey', 'Arn'] },
          Subscription: told.map((Endpoint) => ({ Protocol: protocolOf(Endpoint), Endpoint })),
        },
      },
      AlarmsPolicy: {
        Type: 'AWS::SNS::TopicPolicy',
        Properties: {
          Topics: [{ Ref: 'Alarms' }],
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              { Sid: 'AlarmsOfThisAccount', ...letCloudWatch('sns:Publish', { Ref: 'Alarms' }) },
              {
                Sid: 'EncryptedConnectionsOnly',
                Effect: 'Deny',
                Principal: '*',
                Action: 'sns:Publish',
                Resource: { Ref: 'Alarms' },
                Condition: { Bool: { 'aws:SecureTransport': 'false' } },
              },
            ],
          },
        },
      },
      // A key of our own: alarms may not use the one that AWS keeps for SNS, and nobody would be told.
      // https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
      AlarmKey: {
        Type: 'AWS::KMS::Key',
        Properties: {
          Description: `Encrypts the alarms of \${self:service}-\${sls:stage}`,
          EnableKeyRotation: true,
          PendingWindowInDays: 7,
          KeyPolicy: {
            Version: '2012-10-17',
            Statement: [
              {
                Sid: 'WhoeverThisAccountLets',
                Effect: 'Allow',
                Principal: { AWS: join(['arn:', { Ref: 'AWS::Partition' }, ':iam::', account, ':root']) },
                Action: 'kms:*',
                Resource: '*',
              },
              { Sid: 'AlarmsOfThisAccount', ...letCloudWatch(['kms:Decrypt', 'kms:GenerateDataKey*'], '*') },
            ],
          },
        },
      },
    },
    Outputs: {
      AlarmTopic: {
        Description: `Alarms of Vitals itself. Each of its addresses must confirm, once, the mail by which SNS asks for it: ${told.join(', ') || 'there are none'}`,
        Value: { Ref: 'Alarms' },
      },
    },
  }
}

const account = { Ref: 'AWS::AccountId' }

function once(addresses) {
  return [...new Set(addresses.map((address) => address.trim()).filter((address) => address !== ''))]
}

/** Pagers have addresses of https. */
function protocolOf(address) {
  return address.startsWith('https://') ? 'https' : 'email'
}

function letCloudWatch(Action, Resource) {
  return {
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Action,
    Resource,
    Condition: { StringEquals: { 'aws:SourceAccount': account } },
  }
}

function join(parts) {
  return { 'Fn::Join': ['', parts] }
}
