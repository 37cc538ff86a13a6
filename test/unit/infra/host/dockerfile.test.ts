import { readFileSync } from 'node:fs'
import { DockerfileParser } from 'dockerfile-ast'
import { expect, test } from 'vitest'

const instructions = DockerfileParser.parse(readFileSync('infra/host/Dockerfile', 'utf8')).getInstructions()
const known =
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'
const saidBy = (keyword: string) =>
  instructions.filter((one) => one.getKeyword() === keyword).map((one) => one.getArgumentsContent() ?? '')

test('the image is made of instructions that there are, from a base of a fixed release', () => {
  for (const instruction of instructions) expect(known.split(' ')).toContain(instruction.getKeyword())
  expect(saidBy('FROM')).toEqual([expect.stringMatching(/^debian:\d+-slim$/)])
})

test('it runs as a number that is not root, set before what it runs', () => {
  const order = instructions.map((one) => one.getKeyword())
  expect(saidBy('USER')).toEqual([expect.stringMatching(/^[1-9]\d{3,}:[1-9]\d{3,}$/)])
  expect(order.indexOf('USER')).toBeGreaterThan(order.lastIndexOf('RUN'))
  expect(saidBy('RUN')[0]).toContain(`--uid ${saidBy('USER')[0]?.split(':')[0]} `)
  expect(JSON.parse(saidBy('ENTRYPOINT')[0] ?? '')).toEqual(['/usr/bin/vitals'])
  expect(JSON.parse(saidBy('CMD')[0] ?? '')).toEqual(['agent'])
})

test('all that it writes is a volume: the rest may be read-only', () => {
  const volumes = JSON.parse(saidBy('VOLUME')[0] ?? '[]')
  const directories = [...(saidBy('ENV')[0] ?? '').matchAll(/MONITOR_(?:DATA|LOG)_DIR=(\S+)/g)].map(([, path]) => path)
  expect(directories).toHaveLength(2)
  expect(volumes).toEqual(directories)
})

test('nothing comes from the network but the base, and the package is the one that is tested', () => {
  expect(saidBy('ADD')).toEqual([])
  const runs = saidBy('RUN').join('\n')
  expect(runs).not.toMatch(/curl|wget|apt-get|npm|https?:/)
  expect(runs).toContain('dpkg --install /mnt/dist/vitals-agent_*_"$(dpkg --print-architecture)".deb')
})
