/** Draws what it is sent, one after the other. What never ends here is ended with the thread. */
import { parentPort } from 'node:worker_threads'
import { drawChart, loadCanvas } from '../canvas.ts'
import type { PictureRequest } from './parse.ts'

/** What a thread answers. */
export type Drawn = { picture: Uint8Array } | { failed: string }

const port = parentPort
if (!port) throw new Error('draw-worker: expected to run as a worker thread')
const loading = loadCanvas()
port.on('message', async ({ request, format }: PictureRequest) => {
  port.postMessage(await draw({ request, format }))
})

async function draw({ request, format }: PictureRequest): Promise<Drawn> {
  try {
    return { picture: await drawChart(await loading, request, format) }
  } catch (error) {
    return { failed: (error as Error).message }
  }
}
