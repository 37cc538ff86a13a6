/** The stack as plain CloudFormation: what the framework packaged, with parameters in the place of what only it knows. */
import { describe, expect, it } from 'vitest'
import { type Template, withParameters } from '../../../../scripts/template-parameters.ts'
import { functionNames, logical, type StackPackage } from './package-stack.ts'

const keys = Object.fromEntries(functionNames.map((name) => [name, `${name}-0123456789abcdef.zip`]))

/** Every node of a template. */
function* nodes(node: unknown): Generator<Record<string, unknown>> {
  if (typeof node !== 'object' || node === null) return
  if (!Array.isArray(node)) yield node as Record<string, unknown>
  for (const one of Object.values(node)) yield* nodes(one)
}

export function describePlainTemplate(stack: () => StackPackage): void {
  describe('the plain template', () => {
    const packaged = () => JSON.parse(stack().template) as Template
    const plain = () => withParameters(packaged(), keys)
    const all = (name: string) => [...nodes(plain())].flatMap((node) => (name in node ? [node[name]] : []))

    it('has every resource that the framework packaged, but its bucket for the zips', () => {
      const left = Object.keys(packaged().Resources).filter((name) => !name.startsWith('ServerlessDeploymentBucket'))
      expect(Object.keys(plain().Resources)).toEqual(left)
    })

    it('refers to nothing that is not in it', () => {
      const { Resources, Parameters = {}, Conditions = {} } = plain()
      const there = [...Object.keys(Resources), ...Object.keys(Parameters)]
      const refs = all('Ref').filter((name) => !String(name).startsWith('AWS::'))
      const attributes = all('Fn::GetAtt').map((pair) => (pair as string[])[0])
      const within = all('Fn::Sub').flatMap((text) => [...String(text).matchAll(/\$\{(\w+)(?:\.\w+)?\}/g)])
      const used = [...refs, ...attributes, ...within.map(([, name]) => name)]
      expect([...new Set(used)].filter((name) => !there.includes(String(name)))).toEqual([])
      const conditions = [...all('Fn::If').map((parts) => (parts as string[])[0]), ...all('Condition')]
      const named = conditions.filter((one) => typeof one === 'string')
      expect(new Set(named)).toEqual(new Set(Object.keys(Conditions)))
    })

    it('takes the code of each function from the bucket and prefix that it is told', () => {
      for (const name of functionNames) {
        expect(plain().Resources[`${logical(name)}LambdaFunction`]?.Properties.Code).toEqual({
          S3Bucket: { Ref: 'CodeBucket' },
          S3Key: { 'Fn::Sub': `\${CodePrefix}${keys[name]}` },
        })
      }
    })

    it('bounds every role where a boundary is told', () => {
      const roles = Object.values(plain().Resources).filter(({ Type }) => Type === 'AWS::IAM::Role')
      expect(roles).toHaveLength(functionNames.length + 1)
      for (const { Properties } of roles) {
        expect(Properties.PermissionsBoundary).toEqual({
          'Fn::If': ['HasBoundary', { Ref: 'PermissionsBoundary' }, { Ref: 'AWS::NoValue' }],
        })
      }
    })

    it('makes a bucket only where none is told, and never refers to one that it did not make', () => {
      const { Resources } = plain()
      for (const name of ['VitalsBucket', 'VitalsBucketPolicy']) expect(Resources[name]?.Condition).toBe('MakesBucket')
      const others = Object.entries(Resources).filter(([name]) => !name.startsWith('VitalsBucket'))
      const unconditional = JSON.stringify(others, (_, value) => {
        const [condition, , without] = value?.['Fn::If'] ?? []
        return condition === 'MakesBucket' ? without : value
      })
      expect(unconditional).not.toMatch(/\bVitalsBucket\b/)
      expect(unconditional).toContain(`arn:\${AWS::Partition}:s3:::\${Bucket}/state/v1/*`)
    })

    it('shows nobody what was given as a secret', () => {
      expect(plain().Parameters?.FormerLinkKey).toMatchObject({ NoEcho: true, Default: '' })
    })

    it('has nothing left of a deployment by the framework', () => {
      expect(JSON.stringify(plain())).not.toMatch(/ServerlessDeploymentBucket|serverless\/vitals/)
    })
  })
}
