/** Whether a bucket that exists does for the stack what the stack's own would: pure, over what read-bucket.mjs found. */

/** Nothing of these goes by age: keys of core/keys.ts, below the prefix. */
export const kept = [
  'vitals.json',
  'inbox/',
  'state/',
  'log/',
  'checkpoints/',
  'notices/v1/open/',
  'site/now/',
  'site/day/',
  'control/',
  'heartbeat/',
  'limits/',
  'rollups/v1/progress/',
]

/** From where objects come back in hours, if somebody asks for it. */
const archives = ['GLACIER', 'DEEP_ARCHIVE']
const settled = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets']

/**
 * `wanted`: the properties of the stack's own bucket (infra/stack/bucket.yml). `shards`: what MONITOR_SHARDS says, if anything.
 * `refusals`: functions would fail, or data go; `advice`: what somebody should add.
 */
export function checkBucket({ place, found, wanted, shards }) {
  const rules = found.lifecycle.filter(({ Status }) => Status === 'Enabled').map(readRule)
  return {
    refusals: [...removedRules(rules, place), ...archivedRules(rules, place, wanted), ...otherShards(found, shards)],
    advice: [
      ...found.unread.map((what) => `it was not looked at, so mind it yourself: ${what}`),
      ...publicAccess(found),
      ...missingStatements(found.policy, place),
      ...missingRules(rules, place, wanted),
      ...keptVersions(found, rules, place),
    ],
  }
}

/** Objects of ours have no tags: a rule for a tag is for none of them. */
function readRule({ ID = 'without a name', Filter = {}, Prefix, Expiration, Transitions = [], ...more }) {
  const { And = {} } = Filter
  return {
    id: ID,
    prefix: Filter.Prefix ?? And.Prefix ?? Prefix ?? '',
    isOfTags: Filter.Tag !== undefined || (And.Tags ?? []).length > 0,
    days: Expiration?.Days ?? (Expiration?.Date ? 0 : undefined),
    archives: Transitions.some(({ StorageClass }) => archives.includes(StorageClass)),
    formerDays: more.NoncurrentVersionExpiration?.NoncurrentDays,
  }
}

function touches({ prefix, isOfTags }, key) {
  return !isOfTags && (key.startsWith(prefix) || prefix.startsWith(key))
}

function covers({ prefix, isOfTags }, key) {
  return !isOfTags && key.startsWith(prefix)
}

function removedRules(rules, { keysBelow }) {
  return rules
    .filter(({ days }) => days !== undefined)
    .flatMap((rule) => {
      const hit = kept.filter((key) => touches(rule, keysBelow + key))
      if (hit.length === 0) return []
      return [
        `its lifecycle rule ${rule.id} removes by age what must stay until it is taken or replaced: ` +
          `${hit.map((key) => keysBelow + key).join(', ')}. Narrow its prefix`,
      ]
    })
}

function archivedRules(rules, { keysBelow }, wanted) {
  const ours = [...kept, ...expiring(wanted).map(({ Prefix }) => Prefix)]
  return rules
    .filter((rule) => rule.archives && ours.some((key) => touches(rule, keysBelow + key)))
    .map(
      ({ id }) =>
        `its lifecycle rule ${id} moves what functions read into an archive, where they can't. Narrow its prefix`,
    )
}

function otherShards({ layout }, shards) {
  if (layout?.shards === undefined || shards === undefined || layout.shards === shards) return []
  return [
    `it has ${layout.shards} shards, since it was first used, and MONITOR_SHARDS says ${shards}: every function would refuse to ` +
      `run. Leave MONITOR_SHARDS out, or take another bucket or prefix`,
  ]
}

function publicAccess({ block, ownership }) {
  const open = settled.filter((name) => block?.[name] !== true)
  const owned = ownership?.some(({ ObjectOwnership }) => ObjectOwnership === 'BucketOwnerEnforced')
  return [
    ...(open.length === 0 ? [] : [`block public access: ${open.join(', ')}, unless the whole account does`]),
    ...(owned ? [] : ['set its object ownership to BucketOwnerEnforced, so that what others put belongs to it']),
  ]
}

function missingStatements(policy, { name, keysBelow }) {
  const denials = policy.filter(({ Effect }) => Effect === 'Deny')
  const has = (operator, key, value) =>
    denials.some(({ Condition }) => [Condition?.[operator]?.[key]].flat().map(String).includes(value))
  const arn = `arn:aws:s3:::${name}`
  const plain = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [arn, `${arn}/*`] }
  const overwriting = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `${arn}/${keysBelow}inbox/*` }
  return [
    ...(has('Bool', 'aws:SecureTransport', 'false')
      ? []
      : [
          `let nobody in without TLS: add to its policy ${JSON.stringify({ ...plain, Condition: { Bool: { 'aws:SecureTransport': 'false' } } })}`,
        ]),
    ...(has('Null', 's3:if-none-match', 'true')
      ? []
      : [
          `let nobody overwrite what agents have sent: add to its policy ${JSON.stringify({ ...overwriting, Condition: { Null: { 's3:if-none-match': 'true' } } })}`,
        ]),
  ]
}

function missingRules(rules, { keysBelow }, wanted) {
  return expiring(wanted).flatMap(({ Prefix, ExpirationInDays }) => {
    const prefix = keysBelow + Prefix
    const days = Number(ExpirationInDays)
    const ending = rules.filter((rule) => rule.days !== undefined && covers(rule, prefix)).map((rule) => rule.days)
    if (ending.length === 0)
      return [`nothing removes ${prefix} after ${days} days: add a lifecycle rule of that prefix`]
    const first = Math.min(...ending)
    return first < days ? [`${prefix} goes after ${first} days, and the settings say ${days}`] : []
  })
}

/** Each object that evaluate takes leaves a version and a marker, and state one a minute: listings slow down, and all is billed. */
function keptVersions({ versioning }, rules, { keysBelow }) {
  if (versioning !== 'Enabled') return []
  const growing = ['inbox/', 'state/']
    .map((key) => keysBelow + key)
    .filter((prefix) => !rules.some((rule) => rule.formerDays !== undefined && covers(rule, prefix)))
  if (growing.length === 0) return []
  return [
    `it keeps versions: add lifecycle rules that remove those of ${growing.join(' and ')} (NoncurrentVersionExpiration of a day, and ` +
      'ExpiredObjectDeleteMarker)',
  ]
}

function expiring({ LifecycleConfiguration: { Rules } }) {
  return Rules.filter(({ Prefix, ExpirationInDays }) => Prefix && ExpirationInDays)
}
