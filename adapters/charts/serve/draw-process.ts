/** Draws what it is sent, one after the other. What never ends here is ended with the process; it ends with the server, too. */
import { drawChart, loadCanvas } from '../canvas.ts'
import type { PictureRequest } from './parse.ts'

/** What it answers. */
export type Drawn = { picture: Uint8Array } | { failed: string }

if (!process.send) throw new Error('draw-process: expected to run as a child of the server')
const loading = loadCanvas()
process.on('message', async (message) => {
  process.send?.(await draw(message as PictureRequest))
})
process.on('disconnect', () => process.exit())

async function draw({ request, format }: PictureRequest): Promise<Drawn> {
  try {
    return { picture: await drawChart(await loading, request, format) }
  } catch (error) {
    return { failed: (error as Error).message }
  }
}
