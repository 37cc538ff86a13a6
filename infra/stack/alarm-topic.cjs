/**
 * Who is told when Vitals itself is ill: `alarmTo`, which is MONITOR_MAIL_TO unless the deployment says otherwise. A way of
 * its own, since the usual one (notify, SES, the bucket) may be what is ill.
 *
 * An alarm says which function failed how often: no secret, so that its topic is encrypted only where `alarmKey` names a key. The
 * one that AWS keeps for SNS is out of reach of alarms: https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
 */
module.exports = async ({ resolveVariable }) => {
  const told = once(String(await resolveVariable('param:alarmTo')).split(','))
  const key = await resolveVariable('param:alarmKey')
  return {
    Resources: {
      Alarms: {
        Type: 'AWS::SNS::Topic',
        Properties: {
          DisplayName: 'Vitals itself',
          ...(key ? { KmsMasterKeyId: key } : {}),
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
              {
                Sid: 'AlarmsOfThisAccount',
                Effect: 'Allow',
                Principal: { Service: 'cloudwatch.amazonaws.com' },
                Action: 'sns:Publish',
                Resource: { Ref: 'Alarms' },
                Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
              },
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
    },
    Outputs: {
      AlarmTopic: {
        Description: `Alarms of Vitals itself. Each of its addresses must confirm, once, the mail by which SNS asks for it: ${told.join(', ') || 'there are none'}`,
        Value: { Ref: 'Alarms' },
      },
    },
  }
}

function once(addresses) {
  return [...new Set(addresses.map((address) => address.trim()).filter((address) => address !== ''))]
}

/** Pagers have addresses of https. */
function protocolOf(address) {
  return address.startsWith('https://') ? 'https' : 'email'
}
