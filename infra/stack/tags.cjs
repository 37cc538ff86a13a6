/**
 * Tags of the stack, which CloudFormation hands to all that it makes: the service, and those of `--param tags=team=ops,cost-center=42`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
 */
module.exports = async ({ resolveVariable }) => {
  const said = String(await resolveVariable('param:tags'))
  const pairs = said.split(',').filter((pair) => pair.trim() !== '')
  return { service: `\${self:service}-\${sls:stage}`, ...Object.fromEntries(pairs.map(readTag)) }
}

function readTag(pair) {
  const [, name, value] = /^\s*([^=]+?)\s*=\s*(.*?)\s*$/.exec(pair) ?? []
  if (name === undefined) throw new Error(`param tags: ${pair}: expected name=value, and a comma between tags`)
  return [name, value]
}
