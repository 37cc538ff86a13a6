/**
 * `node:fs/promises` as the agent's bundle has it: Node's own brings readline, web streams and workers along, 2.5 MB that an
 * agent which sends to S3 never uses. Files are read whole by callbacks; whatever else is asked for loads Node's at that moment.
 */
import fs from 'node:fs'
import { promisify } from 'node:util'

type Promises = typeof fs.promises

export const readFile = promisify(fs.readFile)
export const mkdir: Promises['mkdir'] = late('mkdir')
export const open: Promises['open'] = late('open')
export const readdir: Promises['readdir'] = late('readdir')
export const rename: Promises['rename'] = late('rename')
export const rm: Promises['rm'] = late('rm')
export const stat: Promises['stat'] = late('stat')
export const unlink: Promises['unlink'] = late('unlink')
export const writeFile: Promises['writeFile'] = late('writeFile')

export default { readFile, mkdir, open, readdir, rename, rm, stat, unlink, writeFile }

function late<Name extends keyof Promises>(name: Name): Promises[Name] {
  const call = (...args: unknown[]) => (fs.promises[name] as (...given: unknown[]) => unknown)(...args)
  return call as Promises[Name]
}
