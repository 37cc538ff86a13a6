import { createSmtpSender } from '../../adapters/mail/smtp.ts'
import { addresses, describeMailSender, describeMessageIds } from './mail-contract.ts'
import { startSmtpServer } from './smtp-server.ts'

const open = async () => {
  const server = await startSmtpServer()
  return {
    sender: createSmtpSender({ url: `smtp://127.0.0.1:${server.port}`, ...addresses }),
    received: async () => server.messages,
    close: server.close,
  }
}

describeMailSender('mail by SMTP', open)
describeMessageIds('Message-IDs of mail by SMTP', open)
