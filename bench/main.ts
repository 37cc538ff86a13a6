/**
 * `npm run bench`: what is fast, and beside what; `npm run bench -- agent cloud`: some of it. What takes half an hour runs when
 * it is named: `npm run bench -- latency memory soak`; so does fleet, some minutes.
 */
import { benchAgent } from './agent.ts'
import { benchCharts } from './charts.ts'
import { benchCloud } from './cloud.ts'
import { benchEvaluate } from './evaluate.ts'
import { benchFleet } from './fleet.ts'
import { benchLake } from './lake.ts'
import { benchLatency } from './latency.ts'
import { benchMemory } from './memory.ts'
import { benchPackages } from './packages.ts'
import { benchPipeline } from './pipeline.ts'
import { benchReport } from './report.ts'
import { benchSoak } from './soak.ts'
import { benchWire } from './wire.ts'

const usual = {
  agent: benchAgent,
  wire: benchWire,
  lake: benchLake,
  evaluate: benchEvaluate,
  pipeline: benchPipeline,
  charts: benchCharts,
  report: benchReport,
  cloud: benchCloud,
  packages: benchPackages,
}
const all = { ...usual, fleet: benchFleet, latency: benchLatency, memory: benchMemory, soak: benchSoak }
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !Object.hasOwn(all, name))
if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: expected some of ${Object.keys(all).join(', ')}`)
for (const [name, bench] of Object.entries(asked.length === 0 ? usual : all)) {
  if (asked.length === 0 || asked.includes(name)) await bench()
}
