/**
 * Temperatures from /sys/class/hwmon and, what no chip there tells, /sys/class/thermal. Formats: hwmon/sysfs-interface.rst
 * and thermal/sysfs-api.rst. Some drivers ask a chip over a slow bus, or a disk: values stand for half a minute.
 */
import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { basename } from 'node:path'
import { limits } from '../../core/limits.ts'
import type { Snapshot } from '../../core/snapshot.ts'
import { round2 } from './counters.ts'
import type { FileReader } from './read-file.ts'
import type { Roots } from './roots.ts'
import { clip, type Unavailable } from './unavailable.ts'

type SensorSample = NonNullable<Snapshot['sensors']>[number]

export interface SensorsReader {
  /** Undefined where the host has none: virtual machines mostly. */
  read(options: { monotonicMs: number; unavailable: Unavailable }): SensorSample[] | undefined
}

interface Sensor {
  name: string
  /** Holds thousandths of a degree Celsius. */
  path: string
}

const freshMs = 30_000
/** A disk that was plugged in is found after this. */
const rescanMs = 3_600_000
/** Inputs without a sensor read -128, 127.9 or 65261.85. */
const plausible = { least: -100, most: 250 }

export function createSensorsReader({ files, roots }: { files: FileReader; roots: Roots }): SensorsReader {
  let sensors: Sensor[] = []
  let found = 0
  let scannedMs = Number.NEGATIVE_INFINITY
  let last: { values: SensorSample[]; failures: Map<string, string>; atMs: number } | undefined

  const readAll = (atMs: number) => {
    const values: SensorSample[] = []
    const failures = new Map<string, string>()
    for (const { name, path } of sensors) {
      try {
        values.push({ name, celsius: parseCelsius(files.kept(path)) })
      } catch (error) {
        failures.set(name, (error as Error).message)
      }
    }
    return { values, failures, atMs }
  }

  return {
    read({ monotonicMs, unavailable }) {
      if (monotonicMs - scannedMs >= rescanMs) {
        files.release(`${roots.sys}/class/hwmon/`)
        files.release(`${roots.sys}/class/thermal/`)
        const all = findSensors(roots)
        sensors = all.slice(0, limits.sensorsPerSnapshot)
        found = all.length
        scannedMs = monotonicMs
        last = undefined
      }
      if (sensors.length === 0) return undefined
      if (sensors.length < found) {
        unavailable.note('sensors', `${found} sensors, of which the first ${sensors.length} are told`)
      }
      if (!last || monotonicMs - last.atMs >= freshMs) last = readAll(monotonicMs)
      for (const [name, reason] of last.failures) unavailable.note(`sensors:${name}`, reason)
      return last.values
    },
  }
}

function parseCelsius(text: string): number {
  const celsius = Number.parseInt(text, 10) / 1_000
  if (!(celsius >= plausible.least && celsius <= plausible.most)) {
    throw new Error(`reads ${JSON.stringify(text.trim().slice(0, 40))}, expected thousandths of a degree Celsius`)
  }
  return round2(celsius)
}

/** Every name once: of two disks of one kind the second carries its device. */
function findSensors(roots: Roots): Sensor[] {
  const chips = entriesOf(`${roots.sys}/class/hwmon`).flatMap((entry) =>
    chipSensors(`${roots.sys}/class/hwmon/${entry}`),
  )
  const told = new Set(chips.map(({ chip }) => chip))
  const zones = entriesOf(`${roots.sys}/class/thermal`)
    .filter((entry) => entry.startsWith('thermal_zone'))
    .flatMap((entry) => zoneSensor(`${roots.sys}/class/thermal/${entry}`))
    // A zone has its chip among the others, by the same name with underscores.
    .filter(({ chip }) => !told.has(chip.replaceAll('-', '_')) && !told.has(chip))
  const byName = new Map<string, Sensor>()
  for (const { name, device, path } of [...chips, ...zones]) {
    const candidates = [name, `${name} (${device})`]
    for (let number = 2; candidates.every((candidate) => byName.has(candidate)); number++)
      candidates.push(`${name} #${number}`)
    const free = candidates.find((candidate) => !byName.has(candidate)) ?? name
    byName.set(free, { name: clip(free, limits.nameLength), path })
  }
  return [...byName.values()]
}

interface FoundSensor extends Sensor {
  chip: string
  /** What the chip sits on, `nvme1`. */
  device: string
}

/** Attributes stand in the chip's directory; before Linux 3.15 many drivers had them in `device/`. */
function chipSensors(directory: string): FoundSensor[] {
  for (const place of [directory, `${directory}/device`]) {
    const inputs = entriesOf(place).filter((entry) => /^temp\d+_input$/.test(entry))
    if (inputs.length === 0) continue
    const chip = textOf(`${place}/name`) || textOf(`${directory}/name`) || 'unnamed'
    const device = deviceOf(directory)
    return inputs.map((input) => {
      const channel = input.slice(0, -'_input'.length)
      const label = textOf(`${place}/${channel}_label`) || channel
      return { chip, device, name: `${chip} ${label}`, path: `${place}/${input}` }
    })
  }
  return []
}

function zoneSensor(directory: string): FoundSensor[] {
  const chip = textOf(`${directory}/type`)
  return chip === '' ? [] : [{ chip, device: basename(directory), name: chip, path: `${directory}/temp` }]
}

function deviceOf(directory: string): string {
  try {
    return basename(realpathSync(`${directory}/device`))
  } catch {
    return basename(directory)
  }
}

/** By their number, so that temp2 comes before temp10. */
function entriesOf(directory: string): string[] {
  const numberOf = (entry: string) => Number(/\d+/.exec(entry)?.[0] ?? 0)
  try {
    return readdirSync(directory).sort((a, b) => numberOf(a) - numberOf(b))
  } catch {
    return []
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}
