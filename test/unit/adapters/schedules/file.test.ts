import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readSchedules } from '../../../../adapters/schedules/file.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-schedules-'))
})
afterAll(() => rm(directory, { recursive: true }))

async function read(text: string) {
  const path = join(directory, 'vitals.yml')
  await writeFile(path, text)
  return readSchedules(path)
}

it('reads schedules, with what they leave out', async () => {
  expect(await read('schedules:\n  - { name: ops, every: week, to: [a@b.c] }\n')).toEqual([
    { name: 'ops', every: 'week', on: 'monday', at: '07:00', to: ['a@b.c'] },
  ])
})

it.each([
  ['schedules: [', 'line 1'],
  ['schedules:\n  - { name: ops, every: day, to: [a@b.c], at: 7:00 }', 'schedules.0.at'],
  ['schedules:\n  - { name: ops, every: day, to: [nobody] }', 'schedules.0.to.0: "nobody": expected a mail address'],
  ['schedules: 7', 'schedules'],
  ['', 'vitals.yml'],
  ['rules: []\nschedules: []', 'rules'],
  [`a: &a [1]\nb: &b [*a,*a]\n${'x: [*b]\n'.repeat(1)}schedules: []`, 'a'],
])('refuses %j, and says where', async (text, place) => {
  await expect(read(text)).rejects.toThrow(place)
})

it('takes a missing file for none only where it is not named', async () => {
  expect(await readSchedules('vitals.yml')).toBeUndefined()
  await expect(readSchedules(join(directory, 'other.yml'))).rejects.toThrow('expected a file that can be read')
})
