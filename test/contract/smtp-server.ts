/** A real SMTP server on loopback, that keeps what it is given and misbehaves as it is told. */
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export interface LocalSmtpServer {
  port: number
  messages: Buffer[]
  /** Was the connection of each message encrypted? */
  secure: boolean[]
  /** Ends every connection at once, in the middle of whatever it does. */
  hangUp(): void
  close(): Promise<void>
}

export async function startSmtpServer(options: SMTPServerOptions = {}): Promise<LocalSmtpServer> {
  const messages: Buffer[] = []
  const secure: boolean[] = []
  const server = new SMTPServer({
    authOptional: true,
    // Its own certificate, whose key everybody has, is good enough for loopback; false: and it need not say so.
    logger: false,
    disableReverseLookup: true,
    closeTimeout: 100,
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        messages.push(Buffer.concat(chunks))
        secure.push(session.secure)
        callback()
      })
    },
    ...options,
  })
  // A client that hangs up in the middle is what some tests are about.
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.server.address() as AddressInfo).port,
    messages,
    secure,
    hangUp: () => {
      for (const connection of server.connections as Set<{ _socket?: { destroy(): void } }>)
        connection._socket?.destroy()
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
