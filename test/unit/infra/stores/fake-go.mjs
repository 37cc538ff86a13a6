/** Stands in for Go, and writes down what it is asked: FAKE_LOG names the file, FAKE_SUM the hash of every source. */
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [, , , ...args] = process.argv
const { FAKE_LOG, FAKE_SUM, FAKE_FAILS, GOBIN = '' } = process.env

if (args[0] === 'version') {
  process.stdout.write('go version go1.26.8 linux/amd64\n')
  process.exit(0)
}
appendFileSync(FAKE_LOG, `${args.join(' ')}\n`)
if (args[0] === 'mod') process.stdout.write(JSON.stringify({ Sum: FAKE_SUM }))
if (args[0] === 'install') {
  writeFileSync(join(GOBIN, 'versitygw'), '')
  if (FAKE_FAILS) {
    process.stderr.write('go: module requires go >= 1.25.0 (running go 1.22; GOTOOLCHAIN=local)\n')
    process.exit(1)
  }
}
