/** A workplace whose bucket is an S3 store on loopback, of which a test says how it answers. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeWorkplace, type Workplace } from './vitals.ts'

/** To clear it ends the store too. */
export async function makeStoreWorkplace(answer: RequestListener): Promise<Workplace> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const workplace = await makeWorkplace({
    MONITOR_BUCKET: 's3://vitals',
    MONITOR_INTERVAL: '1',
    MONITOR_BATCH: '1',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'very-secret',
    AWS_REGION: 'us-east-1',
  })
  const clear = async () => {
    await workplace.clear()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { ...workplace, clear }
}
