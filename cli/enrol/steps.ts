/** What to do with the template of an enrolment, for people and as a value. */
import { type Enrolment, type Step, stackNameOf } from '../../infra/agent-role/way.ts'
import { type WayName, ways } from '../../infra/agent-role/ways.ts'

export function enrolSteps(
  enrolment: Enrolment,
  { way, sendsMetrics }: { way: WayName; sendsMetrics: boolean },
): Step[] {
  const { bucketUrl, host } = enrolment
  const { parameters, steps } = ways[way]
  const stackName = stackNameOf(enrolment)
  const file = `${stackName}.json`
  const asked = `--host ${shellWord(host)} --bucket ${shellWord(bucketUrl)}`
  return [
    {
      say: 'Write its template, look at it, and make the stack:',
      commands: [
        `vitals enrol ${asked} --way ${way}${sendsMetrics ? ' --cloudwatch' : ''} > ${file}`,
        `aws cloudformation deploy --stack-name ${stackName} --template-file ${file} --capabilities CAPABILITY_IAM${
          parameters === undefined ? '' : ` --parameter-overrides ${parameters}`
        }`,
      ],
    },
    ...steps(enrolment),
    { say: 'See on the host that it may do that, and no more:', commands: ['sudo vitals doctor'] },
    {
      say: 'One day, to take it all back: the first at once, whoever has the credentials; then for good:',
      commands: [
        `vitals host revoke ${shellWord(host)} --bucket ${shellWord(bucketUrl)}`,
        `aws cloudformation delete-stack --stack-name ${stackName}`,
      ],
    },
  ]
}

export function stepLines(steps: readonly Step[]): string[] {
  return steps.flatMap(({ say, commands = [] }, index) => [
    `${index + 1}. ${say}`,
    ...commands.map((command) => `     ${command}`),
  ])
}

/** As a POSIX shell takes it for that one word. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
