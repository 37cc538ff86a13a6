/** All messages of a log group, in their order. Without a client of the service: nothing but this test needs it. */
export async function readLogGroup(url: string, name: string): Promise<string[]> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'Logs_20140328.FilterLogEvents',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/logs/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify({ logGroupName: name }),
  })
  const { events = [] } = (await response.json()) as { events?: { message: string }[] }
  return events.map(({ message }) => message)
}
