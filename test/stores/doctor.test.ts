/** `vitals doctor`, as people run it, with credentials that may do everything. */
import { expect, it } from 'vitest'
import { openBucket } from '../../adapters/bucket/open.ts'
import type { Result } from '../../cli/doctor/check.ts'
import { makeBucket } from '../contract/s3-contract.ts'
import { makeWorkplace, run } from '../e2e/vitals.ts'
import { useStore } from './use.ts'

const { title } = useStore()

it(`vitals doctor knows what its credentials may do on ${title}, and leaves nothing there`, async () => {
  const bucketUrl = `s3://${await makeBucket()}/fleet`
  const workplace = await makeWorkplace({ MONITOR_BUCKET: bucketUrl })
  try {
    const { output } = await run(['doctor', '--json'], workplace)
    const { checks } = JSON.parse(output) as { checks: { title: string; results: Result[] }[] }
    const results = checks.find((one) => one.title === 'bucket')?.results ?? []
    expect(Object.fromEntries(results.map(({ name, outcome, finding = outcome }) => [name, finding]))).toMatchObject({
      name: 'ok',
      connection: 'ok',
      clock: 'ok',
      'may send': 'ok',
      'may not overwrite': 'may-too-much',
      'may not put elsewhere': 'may-too-much',
      'may not read': 'may-too-much',
      'may not list': 'may-too-much',
      'may not delete': 'may-too-much',
    })
    expect(await (await openBucket(bucketUrl)).list('')).toEqual({ objects: [], more: false })
  } finally {
    await workplace.clear()
  }
})
