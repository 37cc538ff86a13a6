/** A store that speaks S3 and ignores conditions, as Garage 2.0: two evaluators would both believe that they committed. */
import { describe, expect, it } from 'vitest'
import { openReadyBucket } from '../../../../../adapters/bucket/ready.ts'
import { systemRandom } from '../../../../../adapters/clock/system.ts'
import { type Answer, fails, says, stubAwsEnvironment, takesPut, useStoreServer } from './store-server.ts'

const store = useStoreServer()

/** Keeps what is put, whatever the condition. */
function forgetful(): Answer {
  const objects = new Map<string, string>()
  return (asked, response, request) => {
    const path = asked.path.replace(/\?.*/, '')
    const answer = (): Answer => {
      if (asked.method === 'PUT') {
        objects.set(path, asked.body)
        return takesPut(`"${objects.size}"`)
      }
      if (asked.method === 'DELETE') {
        objects.delete(path)
        return says(204)
      }
      const body = objects.get(path)
      return body === undefined ? fails(404, 'NoSuchKey') : says(200, body, { etag: '"1"' })
    }
    answer()(asked, response, request)
  }
}

async function open(singleWriter: boolean) {
  const warnings: [event: string, fields: unknown][] = []
  const log = {
    info: () => {},
    error: () => {},
    warn: (event: string, fields: unknown) => void warnings.push([event, fields]),
  }
  stubAwsEnvironment({ AWS_ENDPOINT_URL: store.url })
  store.answers(forgetful())
  const settings = { bucketUrl: 's3://vitals', singleWriter }
  const opened = await openReadyBucket({ settings, random: systemRandom, log })
  return { opened, warnings }
}

describe('a store without conditional writes', () => {
  it('is refused, with what it did and what can be done', async () => {
    const reason = await open(false).catch((error: Error) => error.message)
    expect(reason).toContain('bucket s3://vitals does not honour conditional writes')
    expect(reason).toContain('if-absent on a key that is there: expected lost, it was written')
    expect(reason).toContain('MONITOR_SINGLE_WRITER=true')
    expect(store.asked.filter(({ method, path }) => method === 'PUT' && path.includes('vitals.json'))).toEqual([])
  })

  it('is taken, with a warning, where nobody else evaluates it', async () => {
    const { opened, warnings } = await open(true)
    expect(opened.shardCount).toBe(1)
    expect(warnings).toEqual([
      [expect.stringContaining('no conditional writes'), expect.objectContaining({ bucket: 's3://vitals' })],
    ])
  })

  it('keeps what was written there, by whoever of that process was first', async () => {
    const { bucket } = (await open(true)).opened
    // A notice that evaluate makes again, after notify has sent it.
    expect(await bucket.put('notice', Buffer.from('sent'), { ifAbsent: true })).toMatchObject({ outcome: 'written' })
    expect(await bucket.put('notice', Buffer.from('pending'), { ifAbsent: true })).toEqual({ outcome: 'lost' })
    expect(Buffer.from((await bucket.get('notice'))?.body ?? []).toString()).toBe('sent')
  })
})
