/** `npx serverless package`, read back: what CloudFormation and Lambda will get. */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { zipContents } from './zip-contents.ts'

export const root = join(import.meta.dirname, '..', '..', '..', '..')

export const functionNames = ['evaluate', 'notify', 'rollup', 'report', 'open']

/** What the framework calls the resources of a function begins so. */
export const logical = (name: string) => `${name[0]?.toUpperCase()}${name.slice(1)}`

export interface Resource {
  Type: string
  Properties: Record<string, unknown>
}

export interface StackPackage {
  output: string
  template: string
  resources: Record<string, Resource>
  /** `contents`: the CRC-32 of each file by its name. */
  zips: Record<string, { sizeBytes: number; contents: Record<string, number>; names: string[] }>
}

export interface Surroundings {
  home: string
  cwd?: string
  env?: Readonly<Record<string, string>>
  /** Beside those that say where to and for which architecture. */
  args?: readonly string[]
}

/** With nothing of the shell's settings or credentials, and no home to find some in. Throws with what it said. */
export async function serverless(args: string[], { home, cwd = root, env = {} }: Surroundings): Promise<string> {
  const bin = join(root, 'node_modules', '.bin')
  const options = { cwd, env: { PATH: `${bin}:${process.env.PATH}`, HOME: home, ...env } }
  try {
    const { stdout, stderr } = await promisify(execFile)('serverless', args, options)
    return `${stdout}${stderr}`
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout: string; stderr: string }
    throw new Error(`serverless ${args.join(' ')}:\n${stdout}${stderr}`, { cause })
  }
}

/** Into `path`. Writes dist/functions as well: one at a time. */
export async function packageStack(path: string, surroundings: Surroundings): Promise<StackPackage> {
  const { args = [] } = surroundings
  const output = await serverless(
    ['package', '--package', path, '--param', `architecture=${process.arch}`, ...args],
    surroundings,
  )
  const template = readFileSync(join(path, 'cloudformation-template-update-stack.json'), 'utf8')
  const zips = readdirSync(path).filter((file) => file.endsWith('.zip'))
  return {
    output,
    template,
    resources: (JSON.parse(template) as { Resources: Record<string, Resource> }).Resources,
    zips: Object.fromEntries(zips.map((file) => [file.slice(0, -'.zip'.length), readZip(join(path, file))])),
  }
}

/** `Failures.Arn`, `arn:<AWS::Partition>:…`: CloudFormation's functions as a reader has them. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const [[name, given]] = Object.entries(value) as [[string, unknown]]
  if (name === 'Ref') return `<${given}>`
  if (name === 'Fn::GetAtt') return (given as string[]).join('.')
  if (name === 'Fn::Sub') return String(given).replace(/\$\{(.*?)\}/g, '$1')
  if (name !== 'Fn::Join') throw new Error(`${name}: expected Ref, Fn::GetAtt, Fn::Sub or Fn::Join`)
  const [between, parts] = given as [string, unknown[]]
  return parts.map(plain).join(between)
}

function readZip(path: string) {
  const zip = readFileSync(path)
  const contents = zipContents(zip)
  return { sizeBytes: zip.byteLength, contents, names: Object.keys(contents).toSorted() }
}
