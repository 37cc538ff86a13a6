/**
 * The stores that `npm run test:stores` builds and runs beside LocalStack, each at one version. `sum` is the hash of the
 * module's source as Go writes it into go.sum, so that what is built is what was tested.
 */
export interface PinnedStore {
  title: string
  module: string
  /** The command in it. */
  package: string
  version: string
  sum: string
}

export const pinnedStores = {
  minio: {
    title: 'MinIO',
    module: 'github.com/minio/minio',
    package: 'github.com/minio/minio',
    version: 'v0.0.0-20260212201848-7aac2a2c5b7c',
    sum: 'h1:/qdoYujxF5MBLDMVLeiYJ/7fBa1HikX39Dvzb9Ji8pA=',
  },
  versitygw: {
    title: 'versitygw',
    module: 'github.com/versity/versitygw',
    package: 'github.com/versity/versitygw/cmd/versitygw',
    version: 'v1.8.0',
    sum: 'h1:au+wI+aybno/STsQiSm35Uu6Q6iK5MWReQxgO6SEMFc=',
  },
} as const satisfies Record<string, PinnedStore>

export type StoreName = keyof typeof pinnedStores
export const storeNames = Object.keys(pinnedStores) as StoreName[]
