/** The dashboard of Vitals itself: each thing that it shows is there to be shown. */
import { describe, expect, it } from 'vitest'
import { figures } from '../../../../core/figures.ts'
import { functionNames, plain, type StackPackage } from './package-stack.ts'

interface Widget {
  type: string
  x: number
  y: number
  width: number
  height: number
  properties: { title: string; metrics?: unknown[][]; alarms?: string[]; query?: string }
}

export function describeDashboard(stack: () => StackPackage): void {
  describe('the dashboard', () => {
    const widgets = () => {
      const { DashboardBody } = stack().resources.Dashboard?.Properties ?? {}
      return (JSON.parse(String(plain(DashboardBody))) as { widgets: Widget[] }).widgets
    }
    const metrics = () => widgets().flatMap(({ properties }) => properties.metrics ?? [])

    it('begins with all alarms', () => {
      const alarms = Object.entries(stack().resources).filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm')
      expect(widgets()[0]?.properties.alarms?.toSorted()).toEqual(alarms.map(([name]) => `${name}.Arn`).toSorted())
    })

    it('shows runs, failures, waiting and time of each function', () => {
      const shown = metrics().filter(([namespace]) => namespace === 'AWS/Lambda')
      const kinds = [...new Set(shown.map(([, metric]) => metric))]
      expect(kinds).toEqual(['Invocations', 'Errors', 'Throttles', 'Duration', 'AsyncEventAge'])
      for (const name of functionNames) {
        const ofFunction = shown.filter(([, , , called]) => called === `vitals-prod-${name}`)
        expect([...new Set(ofFunction.map(([, metric]) => metric))], name).toEqual(kinds)
      }
    })

    it('shows figures that evaluate tells of itself, the queue and the bucket', () => {
      const shown = metrics().filter(([namespace]) => namespace === 'Vitals')
      for (const [, name, dimension, value] of shown) {
        expect(Object.keys(figures)).toContain(name)
        expect([dimension, value]).toEqual(['service', 'vitals-prod'])
      }
      expect(shown).toHaveLength(4)
      const others = metrics().filter(([namespace]) => namespace === 'AWS/SQS' || namespace === 'AWS/S3')
      expect(others.map(([, name, , value]) => [name, value])).toEqual([
        ['NumberOfMessagesSent', 'Failures.QueueName'],
        ['BucketSizeBytes', '<VitalsBucket>'],
        ['NumberOfObjects', '<VitalsBucket>'],
      ])
    })

    it('looks for errors in the log of every function', () => {
      const [query] = widgets().flatMap(({ properties }) => properties.query ?? [])
      for (const name of functionNames) expect(query).toContain(`SOURCE '/aws/lambda/vitals-prod-${name}'`)
    })

    it('has no two things in one place, and fits into the 24 columns that there are', () => {
      const cells = widgets().flatMap(({ x, y, width, height }) =>
        Array.from({ length: width * height }, (_, index) => `${x + (index % width)} ${y + Math.floor(index / width)}`),
      )
      expect(new Set(cells).size).toBe(cells.length)
      expect(Math.max(...widgets().map(({ x, width }) => x + width))).toBe(24)
    })

    it('counts among those that cost nothing, as long as an account has two others', () => {
      // https://aws.amazon.com/cloudwatch/pricing/: three dashboards of 50 metrics are free.
      expect(metrics().length).toBeLessThanOrEqual(50)
    })
  })
}
