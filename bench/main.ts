/** `npm run bench`: what is fast, and beside what. */
import { benchAgent } from './agent.ts'
import { benchCharts } from './charts.ts'
import { benchPipeline } from './pipeline.ts'

await benchAgent()
await benchPipeline()
await benchCharts()
