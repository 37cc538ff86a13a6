/** `vitals … | head`: whoever reads has gone, and that is no error of ours. The signal says so; what is written is lost. */
export function readerGone(): AbortSignal {
  const gone = new AbortController()
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    gone.abort()
  })
  return gone.signal
}
