/** A store of S3: how it is reached, what its clock says, and what these credentials may do there, and must not. */
import { lookup } from 'node:dns'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { askRights, type Right, type RightAnswer, storeAddress } from '../../adapters/bucket/s3/rights.ts'
import type { Clock } from '../../adapters/clock/port.ts'
import { formatDuration } from '../../core/view/format.ts'
import { amiss, type CheckContext, type Result, reasonOf, well } from './check.ts'

export async function lookAtStore(context: CheckContext): Promise<Result[]> {
  const { settings, clock, random } = context
  const { bucketUrl, host } = settings
  try {
    const address = await storeAddress(bucketUrl)
    const reached = await reach(address, clock)
    if (reached.some(({ outcome }) => outcome === 'problem')) return reached
    try {
      const { rights, clockOffsetMs } = await askRights({ bucketUrl, host, clock, random })
      return [
        ...reached,
        clockResult(clockOffsetMs),
        ...rights.map((one) => rightResult(one, { host, bucket: bucketUrl })),
      ]
    } catch (error) {
      return [...reached, unusable(error)]
    }
  } catch (error) {
    return [unusable(error)]
  }
}

/** The adapter's errors end with what to do, after the last semicolon. */
function unusable(error: unknown): Result {
  const said = reasonOf(error)
  const [found = '', ...remedy] = said.split('; ')
  if (/RequestTimeTooSkewed/.test(said)) return amiss('clock', 'clock-refused', found)
  return amiss('credentials', 'bucket-unusable', found, { reason: remedy.join('; ') || said })
}

const connectMs = 5_000
const dayMs = 86_400_000
const certificateSoonMs = 14 * dayMs

async function reach(address: URL, clock: Clock): Promise<Result[]> {
  const { hostname, protocol, port, origin } = address
  const name = hostname.replace(/^\[(.*)\]$/, '$1')
  const results: Result[] = []
  try {
    const found = await promisify(lookup)(name, { all: true })
    results.push(well('name', `${name}: ${found.map((one) => one.address).join(', ')}`))
    const isTls = protocol === 'https:'
    const startedMs = clock.monotonicMs()
    const validTo = await connectOnce({ host: name, port: Number(port || (isTls ? 443 : 80)), isTls })
    const took = formatDuration(clock.monotonicMs() - startedMs)
    results.push(
      well('connection', `${origin} in ${took}${isTls ? ', its certificate is trusted' : ', not encrypted'}`),
    )
    if (validTo !== undefined && validTo - clock.now() < certificateSoonMs) {
      const words = `its certificate ends in ${formatDuration(Math.max(0, validTo - clock.now()))}`
      results.push(amiss('certificate', 'certificate-ends', words, { url: origin }))
    }
  } catch (error) {
    const what = results.length === 0 ? 'name' : 'connection'
    results.push(amiss(what, 'store-away', reasonOf(error), { url: origin }))
  }
  return results
}

/** When the certificate ends; undefined without TLS. */
function connectOnce({
  host,
  port,
  isTls,
}: {
  host: string
  port: number
  isTls: boolean
}): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const socket: Socket | TLSSocket = isTls
      ? connectTls({ host, port, servername: host, timeout: connectMs })
      : connectTcp({ host, port, timeout: connectMs })
    const end = (act: () => void) => {
      socket.destroy()
      act()
    }
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      const validTo = isTls ? Date.parse((socket as TLSSocket).getPeerCertificate().valid_to) : Number.NaN
      end(() => resolve(Number.isNaN(validTo) ? undefined : validTo))
    })
    socket.once('timeout', () =>
      end(() => reject(new Error(`no connection to ${host}:${port} in ${connectMs / 1_000} s`))),
    )
    socket.once('error', (error) => end(() => reject(error)))
  })
}

/** Date tells seconds. */
const smallOffsetMs = 3_000
/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html: RequestTimeTooSkewed, 15 minutes. */
const refusedOffsetMs = 15 * 60_000

function clockResult(offsetMs: number | undefined): Result {
  if (offsetMs === undefined) return { name: 'clock', outcome: 'unknown', found: 'the store tells no Date' }
  if (Math.abs(offsetMs) <= smallOffsetMs) return well('clock', "as the store's, to some seconds")
  const words = `${formatDuration(Math.abs(offsetMs))} ${offsetMs > 0 ? 'behind' : 'ahead of'} the store's`
  return amiss('clock', Math.abs(offsetMs) > refusedOffsetMs ? 'clock-refused' : 'clock-off', words)
}

const words: Record<Right, { name: string; can: string; cannot: string }> = {
  send: { name: 'may send', can: 'new batches below its own prefix', cannot: 'it may not put new batches' },
  overwrite: { name: 'may not overwrite', can: 'these credentials can overwrite batches', cannot: 'refused' },
  elsewhere: {
    name: 'may not put elsewhere',
    can: 'these credentials can put outside of its prefix',
    cannot: 'refused',
  },
  read: { name: 'may not read', can: 'these credentials can read the bucket', cannot: 'refused' },
  list: { name: 'may not list', can: 'these credentials can list the bucket', cannot: 'refused' },
  delete: { name: 'may not delete', can: 'these credentials can delete batches', cannot: 'refused' },
}

function rightResult({ right, answer, said }: RightAnswer, values: Readonly<Record<string, string>>): Result {
  const { name, can, cannot } = words[right]
  const isWanted = right === 'send'
  if (answer === 'unclear') return amiss(name, 'right-unclear', said, values)
  if (isWanted)
    return answer === 'granted' ? well(name, can) : amiss(name, 'may-not-send', `${cannot}: ${said}`, values)
  return answer === 'refused' ? well(name, `${cannot}: ${said}`) : amiss(name, 'may-too-much', can, values)
}
