/** What may be read of the processes of others, and whether all can be kept open. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readKernelLimits } from '../../agent/collect/kernel-limits.ts'
import { createFileReader } from '../../agent/collect/read-file.ts'
import { amiss, type Check, type CheckContext, type Result, well } from './check.ts'

export const processesCheck: Check = { title: 'processes', deadlineMs: 10_000, run: async ({ roots }) => lookAt(roots) }

/** Of those that /proc has; one that ends meanwhile is none of the others'. */
function lookAt({ proc, sys }: CheckContext['roots']): Result[] {
  const pids = readdirSync(proc).filter((name) => /^\d+$/.test(name))
  const noFiles = pids.filter((pid) => isRefused(() => readdirSync(join(proc, pid, 'fd')))).length
  const noIo = pids.filter((pid) => isRefused(() => readFileSync(join(proc, pid, 'io')))).length
  const { maxKeptFiles } = readKernelLimits({ files: createFileReader(), roots: { proc, sys, etc: '/etc' } })
  const all = `of ${pids.length} processes`
  const needed = String(2 ** Math.ceil(Math.log2(pids.length * 4 + 256)))
  return [
    noFiles + noIo === 0
      ? well('open files and I/O', `readable ${all}`)
      : amiss('open files and I/O', 'files-of-others', `open files of ${noFiles}, I/O of ${noIo} ${all} can't be read`),
    pids.length > maxKeptFiles
      ? amiss('file limit', 'few-files', `${maxKeptFiles} files may be kept open, for ${pids.length} processes`, {
          needed,
        })
      : well('file limit', `${maxKeptFiles} files may be kept open, for ${pids.length} processes`),
  ]
}

function isRefused(read: () => unknown): boolean {
  try {
    read()
    return false
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'EACCES' || code === 'EPERM'
  }
}
