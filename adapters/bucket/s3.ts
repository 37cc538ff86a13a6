/**
 * S3, or any store that speaks its protocol and honours conditional writes, as the bucket. Endpoint, region and credentials
 * are those of the AWS SDK's own standard settings: AWS_ENDPOINT_URL, AWS_REGION, AWS_PROFILE and the like.
 */
import { GetObjectCommand } from '@aws-sdk/client-s3'
import type { Clock, Random } from '../clock/port.ts'
import { systemClock, systemRandom } from '../clock/system.ts'
import { checkForeignKey, checkKey, checkList } from './key.ts'
import { type Bucket, listPageSize } from './port.ts'
import { deleteObjects } from './s3/delete.ts'
import { failureOf } from './s3/failure.ts'
import { getObject } from './s3/get.ts'
import { listPage } from './s3/list.ts'
import { connect, defaultPatience, type Patience, type Place, parseS3Url } from './s3/place.ts'
import { putObject } from './s3/put.ts'

export interface S3Options {
  patience?: Patience
  clock?: Clock
  random?: Random
}

/** Nothing is asked of the store yet. `clock`: to tell how far this machine's is off. */
export async function openS3Bucket(
  text: string,
  { patience = defaultPatience, clock = systemClock, random = systemRandom }: S3Options = {},
): Promise<Bucket> {
  const { name, prefix, ...style } = parseS3Url(text)
  const url = `s3://${name}${prefix === '' ? '' : `/${prefix.slice(0, -1)}`}`
  const connection = await connect({ ...style, patience })
  return s3Bucket({ url, name, prefix, ...connection, patience, clock, random })
}

function s3Bucket(place: Place): Bucket {
  return {
    url: place.url,
    // What a listing gave can be read and removed, whoever put it there under whatever key.
    get: async (key, { maxBytes = Number.POSITIVE_INFINITY } = {}) => {
      checkForeignKey('get', key)
      return getObject(place, key, maxBytes)
    },
    put: async (key, body, condition) => {
      checkKey('put', key)
      return putObject(place, { key, body, condition })
    },
    list: async (prefix, { startAfter = '', limit = listPageSize } = {}) => {
      checkList(prefix, limit)
      return listPage(place, { prefix, startAfter, limit })
    },
    delete: async (keys) => {
      for (const key of keys) checkForeignKey('delete', key)
      await deleteObjects(place, keys)
    },
    presign: (key) => presign(place, key),
  }
}

const presignedForSeconds = 300

/** Loaded by who needs it: the agent does not. */
async function presign(place: Place, key: string): Promise<string> {
  const { name, prefix } = place
  try {
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner')
    const command = new GetObjectCommand({ Bucket: name, Key: `${prefix}${key}` })
    return await getSignedUrl(place.client(), command, { expiresIn: presignedForSeconds })
  } catch (error) {
    throw failureOf(error, { operation: 'get', key, place })
  }
}
