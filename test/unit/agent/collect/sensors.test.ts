import { expect, test } from 'vitest'
import { createFileReader } from '../../../../agent/collect/read-file.ts'
import { createSensorsReader } from '../../../../agent/collect/sensors.ts'
import { createUnavailable } from '../../../../agent/collect/unavailable.ts'
import { type FixtureHost, fixtureHost } from './fixture.ts'

function readerOf(host: FixtureHost) {
  const reader = createSensorsReader({ files: createFileReader(), roots: host.roots })
  return (monotonicMs = 0) => {
    const unavailable = createUnavailable()
    return { sensors: reader.read({ monotonicMs, unavailable }), reasons: unavailable.reasons() }
  }
}

function hostWith(files: Record<string, string>): FixtureHost {
  const host = fixtureHost()
  for (const [path, text] of Object.entries(files)) host.write(`sys/class/${path}`, `${text}\n`)
  return host
}

test.each<[string, Record<string, string>, object[] | undefined]>([
  ['a host without any has none, and misses none', {}, undefined],
  [
    'a chip by its labels, in the order of their numbers',
    {
      'hwmon/hwmon0/name': 'coretemp',
      'hwmon/hwmon0/temp10_input': '41000',
      'hwmon/hwmon0/temp10_label': 'Core 8',
      'hwmon/hwmon0/temp1_input': '45500',
      'hwmon/hwmon0/temp1_label': 'Package id 0',
      'hwmon/hwmon0/temp1_max': '100000',
    },
    [
      { name: 'coretemp Package id 0', celsius: 45.5 },
      { name: 'coretemp Core 8', celsius: 41 },
    ],
  ],
  [
    'a kernel before 3.15, whose drivers put them one directory deeper',
    { 'hwmon/hwmon0/device/name': 'k10temp', 'hwmon/hwmon0/device/temp1_input': '38125' },
    [{ name: 'k10temp temp1', celsius: 38.13 }],
  ],
  [
    'frost',
    { 'hwmon/hwmon0/name': 'lm75', 'hwmon/hwmon0/temp1_input': '-7500' },
    [{ name: 'lm75 temp1', celsius: -7.5 }],
  ],
  [
    'a zone that no chip tells',
    {
      'thermal/thermal_zone0/type': 'x86_pkg_temp',
      'thermal/thermal_zone0/temp': '51000',
      'thermal/cooling_device0/type': 'Fan',
    },
    [{ name: 'x86_pkg_temp', celsius: 51 }],
  ],
  [
    'a zone that is a chip as well, once',
    {
      'hwmon/hwmon0/name': 'cpu_thermal',
      'hwmon/hwmon0/temp1_input': '60000',
      'thermal/thermal_zone0/type': 'cpu-thermal',
      'thermal/thermal_zone0/temp': '60000',
    },
    [{ name: 'cpu_thermal temp1', celsius: 60 }],
  ],
  [
    'two of one kind, told apart',
    {
      'hwmon/hwmon0/name': 'nvme',
      'hwmon/hwmon0/temp1_input': '40000',
      'hwmon/hwmon1/name': 'nvme',
      'hwmon/hwmon1/temp1_input': '50000',
    },
    [
      { name: 'nvme temp1', celsius: 40 },
      { name: 'nvme temp1 (hwmon1)', celsius: 50 },
    ],
  ],
])('%s', (_, files, expected) => {
  using host = hostWith(files)
  expect(readerOf(host)()).toEqual({ sensors: expected, reasons: undefined })
})

test('an input without a sensor is named, and the others are told', () => {
  using host = hostWith({
    'hwmon/hwmon0/name': 'nct6779',
    'hwmon/hwmon0/temp1_input': '30000',
    'hwmon/hwmon0/temp2_input': '65261850',
    'hwmon/hwmon0/temp3_input': '',
  })
  expect(readerOf(host)()).toEqual({
    sensors: [{ name: 'nct6779 temp1', celsius: 30 }],
    reasons: {
      'sensors:nct6779 temp2': 'reads "65261850", expected thousandths of a degree Celsius',
      'sensors:nct6779 temp3': 'reads "", expected thousandths of a degree Celsius',
    },
  })
})

test('values stand for half a minute, and what was plugged in is found within the hour', () => {
  using host = hostWith({ 'hwmon/hwmon0/name': 'a', 'hwmon/hwmon0/temp1_input': '30000' })
  const read = readerOf(host)
  const celsius = (monotonicMs: number) => read(monotonicMs).sensors?.map((sensor) => sensor.celsius)
  expect(celsius(0)).toEqual([30])
  host.write('sys/class/hwmon/hwmon0/temp1_input', '31000\n')
  host.write('sys/class/hwmon/hwmon1/name', 'b\n')
  host.write('sys/class/hwmon/hwmon1/temp1_input', '20000\n')
  expect(celsius(29_999)).toEqual([30])
  expect(celsius(30_000)).toEqual([31])
  expect(celsius(3_600_000)).toEqual([31, 20])
})

test('a chip that was pulled out is forgotten at the next look', () => {
  using host = hostWith({ 'hwmon/hwmon0/name': 'a', 'hwmon/hwmon0/temp1_input': '' })
  const read = readerOf(host)
  read(0)
  host.remove('sys/class/hwmon/hwmon0')
  expect(read(3_600_000)).toEqual({ sensors: undefined, reasons: undefined })
})

test('a host with more sensors than a snapshot takes sends as many as it takes and says so', () => {
  using host = hostWith({ 'hwmon/hwmon0/name': 'bmc' })
  for (let number = 1; number <= 100; number++) host.write(`sys/class/hwmon/hwmon0/temp${number}_input`, '1000\n')
  const read = readerOf(host)
  for (const { sensors, reasons } of [read(0), read(1_000)]) {
    expect(sensors).toHaveLength(64)
    expect(reasons).toEqual({ sensors: '100 sensors, of which the first 64 are told' })
  }
})
