/** `vitals charts serve` as a process of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const main = join(process.cwd(), 'cli', 'main.ts')

test('serves charts until Ctrl-C', async () => {
  const child = spawn(process.execPath, [main, 'charts', 'serve', '--port', '0'], { env: { PATH: process.env.PATH } })
  const ended = once(child, 'close')
  const [said] = await once(child.stdout, 'data')
  const url = /http:\/\/127\.0\.0\.1:\d+\/chart/.exec(String(said))?.[0]
  const chart = encodeURIComponent(`{type:'bar',data:{labels:['a'],datasets:[{data:[1]}]}}`)
  const response = await fetch(`${url}?c=${chart}`)
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png'])
  await response.arrayBuffer()
  child.kill('SIGINT')
  expect(await ended).toEqual([0, null])
})

test('says which port is none', async () => {
  const child = spawn(process.execPath, [main, 'charts', 'serve', '--port', 'x'], { env: { PATH: process.env.PATH } })
  const [said] = await once(child.stderr, 'data')
  expect(String(said)).toContain('--port x: expected 0 to 65535')
  expect(await once(child, 'close')).toEqual([2, null])
})
