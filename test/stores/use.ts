import { inject } from 'vitest'
import { pinnedStores } from '../../infra/stores/pins.ts'
import { storeEnvironment } from '../../infra/stores/start.ts'

/** From here on the AWS SDK of this process, and of those that it starts, speaks to the store. */
export function useStore() {
  const store = inject('store')
  Object.assign(process.env, storeEnvironment(store))
  return { ...store, title: pinnedStores[store.name].title }
}
