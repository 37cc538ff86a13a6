/** What the file system said, as a `BucketError` that tells the operator what to do. */
import { BucketError, type BucketErrorOptions } from '../port.ts'

const remedies: Record<string, string> = {
  ENOSPC: 'the disk is full: free space, or move the bucket to a larger disk',
  EDQUOT: 'the quota of this user is used up: free space, or raise it',
  EACCES: 'this user may not: give it read and write permission on the directory and all in it',
  EPERM: 'this user may not: give it read and write permission on the directory and all in it',
  EROFS: 'the file system is mounted read-only: mount it read-write, or look for disk errors in the kernel log',
  ENOENT: 'the directory is gone: mount its disk again, or start again to make it anew',
  ESTALE: 'the network file system lost the directory: mount it again',
  EIO: 'the disk fails: look for its errors in the kernel log',
  EMFILE: 'this process has too many files open: raise `ulimit -n`',
  ENFILE: 'the machine has too many files open',
  EEXIST: 'a file is in the place of the directory: move it away, or name another directory',
  EISDIR: 'other keys lie below this one: a key can not also be a folder',
  ENOTDIR: 'a part of the key is itself a key: a key can not also be a folder',
  EXDEV: 'a part of the directory lies on another file system: the bucket has to be on one',
}

export interface FailureContext extends Omit<BucketErrorOptions, 'cause'> {
  url: string
}

export function failure(cause: unknown, { url, ...context }: FailureContext): BucketError {
  if (cause instanceof BucketError) return cause
  const message = `${context.operation} ${context.key} in ${url}: ${reasonOf(cause)}`
  return new BucketError(message, { ...context, cause })
}

/** What happened and what to do about it. */
export function reasonOf(cause: unknown): string {
  const { code, message } = cause as { code?: unknown; message?: unknown }
  const remedy = typeof code === 'string' ? remedies[code] : undefined
  return remedy === undefined ? String(message) : `${String(code)}, ${remedy}`
}

/** There is no file of that name; a key whose parent is itself a key is missing like any other. */
export function isMissing(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return code === 'ENOENT' || code === 'ENOTDIR'
}
