/** Starts what it is given as LocalStack, says where it is, and waits to be killed: `start-holder.ts <python> <log>`. */
import { startLocalStack } from '../../../../infra/localstack/start.ts'

const [, , python = '', logPath = ''] = process.argv
const { url } = await startLocalStack({ python, logPath })
process.stdout.write(`${url}\n`)
setInterval(() => undefined, 60_000)
