/** `npm run bench`: what is fast, and beside what; `npm run bench -- agent cloud`: some of it. */
import { benchAgent } from './agent.ts'
import { benchCharts } from './charts.ts'
import { benchCloud } from './cloud.ts'
import { benchMemory } from './memory.ts'
import { benchPipeline } from './pipeline.ts'
import { benchWire } from './wire.ts'

const benches = {
  agent: benchAgent,
  wire: benchWire,
  memory: benchMemory,
  pipeline: benchPipeline,
  charts: benchCharts,
  cloud: benchCloud,
}
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: expected some of ${Object.keys(benches).join(', ')}`)
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length === 0 || asked.includes(name)) await bench()
}
