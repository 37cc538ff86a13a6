/**
 * What a deployment may say of the whole template, whatever is in it: that the bucket is one that exists, and that a policy bounds
 * every role. Here, and not in each resource, so that none can forget it.
 */

/** By which the resources of infra/stack know the bucket of the stack. */
const own = { bucket: 'VitalsBucket', policy: 'VitalsBucketPolicy' }
const mentionsOwn = new RegExp(`\\b${own.bucket}\\b`)

/** `s3://name` or `s3://name/prefix`. */
export function parsePlace(url) {
  const [, name, prefix] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([^?#]*?))?\/*$/.exec(url) ?? []
  if (name === undefined) throw new Error(`param bucket: ${url}: expected s3://name or s3://name/prefix`)
  return { name, keysBelow: prefix ? `${prefix}/` : '', url: prefix ? `s3://${name}/${prefix}` : `s3://${name}` }
}

/** Takes the stack's bucket out of the template, and puts the one at `url` in its place, wherever something refers to it. */
export function useExistingBucket(template, url) {
  const place = parsePlace(url)
  delete template.Resources[own.bucket]
  delete template.Resources[own.policy]
  replaceBucket(template, {
    name: place.name,
    url: place.url,
    arn: arnOf(place.name),
    arnOfKey: (key) => arnOf(`${place.name}/${place.keysBelow}${key}`),
  })
}

/** Every reference to the stack's bucket becomes what `by` says, but its own. Throws where one is of no form known here. */
export function replaceBucket(template, by) {
  const resources = Object.entries(template.Resources).map(([name, resource]) => [
    name,
    name === own.bucket || name === own.policy ? resource : replaced(resource, by, name),
  ])
  template.Resources = Object.fromEntries(resources)
  template.Outputs = replaced(template.Outputs, by, 'Outputs')
}

export function boundRoles(template, boundary) {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type === 'AWS::IAM::Role') Properties.PermissionsBoundary = boundary
  }
}

function replaced(node, by, place) {
  if (typeof node === 'string' && mentionsOwn.test(node)) {
    throw new Error(`${place} refers to ${own.bucket} in a way that is not known: ${node}`)
  }
  if (Array.isArray(node)) return node.map((one) => replaced(one, by, place))
  if (typeof node !== 'object' || node === null) return node
  const inIts = ([key, one]) => [key, replaced(one, by, place)]
  return reference(node, by) ?? Object.fromEntries(Object.entries(node).map(inIts))
}

/** The forms in which the resources refer to the bucket; undefined: this is none. */
function reference(node, by) {
  if (node.Ref === own.bucket) return by.name
  if (isArn(node)) return by.arn
  if (node['Fn::Sub'] === `s3://\${${own.bucket}}`) return by.url
  const [between, [first, key, ...more] = []] = node['Fn::Join'] ?? []
  if (between === '/' && isArn(first) && typeof key === 'string' && more.length === 0) return by.arnOfKey(key)
  return undefined
}

function isArn(node) {
  const [name, attribute] = node?.['Fn::GetAtt'] ?? []
  return name === own.bucket && attribute === 'Arn'
}

function arnOf(resource) {
  return { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:s3:::${resource}`]] }
}
