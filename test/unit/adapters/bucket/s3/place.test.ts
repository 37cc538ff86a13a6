/** Which bucket a URL names, and at which address its store is asked. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseS3Url } from '../../../../../adapters/bucket/s3/place.ts'
import { openS3Bucket } from '../../../../../adapters/bucket/s3.ts'
import { patience, stubAwsEnvironment, takesPut, useStoreServer } from './store-server.ts'

const store = useStoreServer()

describe('the URL of a bucket', () => {
  const longest = 'p'.repeat(123)
  it.each<[string, object]>([
    ['s3://name', { name: 'name', prefix: '' }],
    ['s3://name/', { name: 'name', prefix: '' }],
    ['s3://My_old.Bucket-1', { name: 'My_old.Bucket-1', prefix: '' }],
    ['s3://name/a', { name: 'name', prefix: 'a/' }],
    ['s3://name/a/dt=1/~b/', { name: 'name', prefix: 'a/dt=1/~b/' }],
    [`s3://name/${longest}`, { name: 'name', prefix: `${longest}/` }],
    ['s3://name?path-style=true', { name: 'name', prefix: '', pathStyle: true }],
    ['s3://name/a/?path-style=false', { name: 'name', prefix: 'a/', pathStyle: false }],
  ])('%s is understood', (url, address) => {
    expect(parseS3Url(url)).toEqual(address)
  })

  it.each([
    's3://',
    's3:///a',
    's3:name',
    's3://n',
    's3://key:secret@name/a',
    's3://name:80',
    's3://name/a b',
    's3://name/a//b',
    's3://name/../a',
    's3://name/%61',
    's3://name/.a',
    's3://name?pathstyle=true',
    's3://name?path-style=yes',
    's3://name?path-style=true&x=1',
    's3://name#a',
    `s3://name/${longest}p`,
  ])('%s is refused, and what was expected is told', async (url) => {
    await expect(openS3Bucket(url)).rejects.toThrow(
      `bucket ${JSON.stringify(url)}: expected s3://name or s3://name/prefix`,
    )
  })
})

describe('the address of a store', () => {
  const local = (environment: Record<string, string | undefined>) =>
    stubAwsEnvironment({ AWS_ENDPOINT_URL: undefined, ...environment })

  /** `Host` and path of a put, as the store was asked. */
  async function askedAt(url: string): Promise<string> {
    store.answers(takesPut())
    const bucket = await openS3Bucket(url, { patience })
    await bucket.put('k', Buffer.from('x'))
    const [{ headers, path } = { headers: {}, path: '' }] = store.asked
    return `${headers.host} ${path.replace(/\?.*/, '')}`
  }
  /** Not an IP address: of those the SDK knows by itself that they have no names below them. */
  const named = () => store.url.replace('127.0.0.1', 'localhost')
  const host = () => named().slice('http://'.length)

  it.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3'])('is that of %s, with the bucket in the path', async (name) => {
    local({ [name]: named() })
    expect(await askedAt('s3://vitals/p')).toBe(`${host()} /vitals/p/k`)
  })

  it("is that of the profile's endpoint_url, or of its services", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vitals-aws-'))
    const access = 'aws_access_key_id = key\naws_secret_access_key = very-secret\n'
    const plain = `[profile plain]\n${access}endpoint_url = ${named()}\n`
    const services = `[profile services]\n${access}services = here\n[services here]\ns3 =\n  endpoint_url = ${named()}\n`
    await writeFile(join(folder, 'config'), `${plain}${services}`)
    for (const profile of ['plain', 'services']) {
      const fromProfile = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_PROFILE: profile }
      local({ AWS_CONFIG_FILE: join(folder, 'config'), ...fromProfile })
      expect(await askedAt('s3://vitals')).toBe(`${host()} /vitals/k`)
      store.asked.length = 0
    }
    await rm(folder, { recursive: true })
  })

  it('has the bucket in its host name where that is asked for', async () => {
    local({ AWS_ENDPOINT_URL: named() })
    const bucket = await openS3Bucket('s3://vitals/p?path-style=false', { patience })
    // No resolver has to know the name: what is signed tells it.
    expect(await bucket.presign?.('k')).toMatch(`http://vitals.${host()}/p/k?`)
    expect(bucket.url).toBe('s3://vitals/p')
  })

  it("is AWS's where no endpoint is set, with the bucket in its host name, but where the path is asked for", async () => {
    local({ AWS_REGION: 'eu-west-1' })
    const at = async (url: string) => (await openS3Bucket(url)).presign?.('site/a=b.html')
    expect(await at('s3://vitals')).toMatch(/^https:\/\/vitals\.s3\.eu-west-1\.amazonaws\.com\/site\/a%3Db\.html\?/)
    expect(await at('s3://vitals?path-style=true')).toMatch(/^https:\/\/s3\.eu-west-1\.amazonaws\.com\/vitals\/site\//)
  })

  it('is signed to be read for five minutes', async () => {
    local({ AWS_ENDPOINT_URL: named() })
    const address = await (await openS3Bucket('s3://vitals')).presign?.('site/x.html')
    expect(new URL(address ?? '').searchParams.get('X-Amz-Expires')).toBe('300')
    expect(address).not.toContain('very-secret')
  })

  it.each(['localhost:4566', 'ftp://host', 'http://', 'nonsense'])('is refused when it is %s', async (endpoint) => {
    local({ AWS_ENDPOINT_URL: endpoint })
    await expect(openS3Bucket('s3://vitals')).rejects.toThrow(
      `AWS_ENDPOINT_URL or endpoint_url ${JSON.stringify(endpoint)}: expected http://host:port or https://host`,
    )
  })
})
