import { createServer } from 'node:net'

/** `wanted` on 127.0.0.1, or any when it is 0. Throws when it is taken. */
export async function freePort(wanted = 0): Promise<number> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`port ${wanted} of 127.0.0.1 is taken: name another, or end what listens there`, { cause: error })
          : error,
      ),
    )
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
