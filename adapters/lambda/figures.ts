/**
 * Figures to CloudWatch by its embedded metric format: a line of the log each run, no request, no right of its own.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import { Metrics } from '@aws-lambda-powertools/metrics'
import { figures as described, type FigureName, type FunctionName } from '../../core/figures.ts'
import { collectFigures } from '../figures/collect.ts'
import type { Figures } from '../figures/port.ts'

/** CloudWatch bills each set of dimensions: there is one, the stack, so each figure costs once. */
export const figuresNamespace = 'Vitals'

export interface LambdaFigures extends Figures {
  /** At the end of a run, however it ended. `run`: stands beside the figures in the log, and is no dimension. */
  publish(run: Readonly<Record<string, string | number | boolean>>): void
}

export function createLambdaFigures({
  of,
  stack,
  stream,
}: {
  of: FunctionName
  /** Of which the functions are: `vitals-prod`. */
  stack: string
  stream: { write(text: string): unknown }
}): LambdaFigures {
  const collected = collectFigures(of)
  const metrics = new Metrics({ namespace: figuresNamespace, serviceName: stack })
  return {
    ...collected,
    publish: (run) => {
      const taken = Object.entries(collected.take()) as [FigureName, number][]
      if (taken.length === 0) return
      for (const [name, value] of taken) metrics.addMetric(name, described[name].unit, value)
      // Not as the library's metadata, which are texts only.
      stream.write(`${JSON.stringify({ ...run, ...metrics.serializeMetrics() })}\n`)
      metrics.clearMetrics()
    },
  }
}
