import { createSesSender } from '../../adapters/mail/ses.ts'
import { describeMailSender, plainAddresses } from './mail-contract.ts'
import { startSes } from './ses-server.ts'

describeMailSender(
  'mail by SES',
  async () => {
    const { url: endpoint, region, messages, close } = await startSes()
    const aws = { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
    return { sender: await createSesSender({ ...plainAddresses, aws }), received: async () => messages, close }
  },
  { addresses: plainAddresses },
)
