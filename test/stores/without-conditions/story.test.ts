/** The whole way of the data with MONITOR_SINGLE_WRITER, on stores that keep no conditions. */
import { afterAll, describe } from 'vitest'
import { describeFleetStory } from '../../e2e/fleet-story.ts'
import { type CarelessStore, startCarelessStore } from './careless-store.ts'

describe.each([
  ['ignores', 'a store that ignores conditions'],
  ['refuses', 'a store that refuses conditions'],
] as const)('a store that %s', (how, where) => {
  let store: CarelessStore | undefined
  afterAll(() => store?.close())

  const openPlace = async () => {
    store = await startCarelessStore(how)
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: store.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
    })
    return 's3://vitals/fleet'
  }
  describeFleetStory(where, openPlace, { MONITOR_SINGLE_WRITER: 'true' })
})
