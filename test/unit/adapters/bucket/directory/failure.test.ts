import { describe, expect, it } from 'vitest'
import { failure } from '../../../../../adapters/bucket/directory/failure.ts'

const context = { operation: 'put', key: 'state/v1/all', effect: 'unknown', url: 'file:///srv/vitals' } as const

describe('a failure of the file system', () => {
  it.each([
    ['ENOSPC', 'the disk is full: free space'],
    ['EDQUOT', 'quota'],
    ['EACCES', 'give it read and write permission'],
    ['EPERM', 'give it read and write permission'],
    ['EROFS', 'mounted read-only: mount it read-write'],
    ['ENOENT', 'the directory is gone: mount its disk again'],
    ['EIO', 'the disk fails'],
    ['EMFILE', 'ulimit -n'],
    ['EXDEV', 'has to be on one'],
  ])('%s says what happened to what, and what to do', (code, remedy) => {
    const cause = Object.assign(new Error(`${code}: as the system has it`), { code })
    const error = failure(cause, context)
    expect(error.message).toMatch(new RegExp(`^put state/v1/all in file:///srv/vitals: ${code}, .*${remedy}`))
    expect(error).toMatchObject({ operation: 'put', key: 'state/v1/all', effect: 'unknown', cause })
  })

  it('of a kind that nobody foresaw keeps the words of the system', () => {
    const cause = Object.assign(new Error('EWEIRD: something else'), { code: 'EWEIRD' })
    expect(failure(cause, context).message).toBe('put state/v1/all in file:///srv/vitals: EWEIRD: something else')
  })

  it('that is told already is not wrapped again', () => {
    const told = failure(new Error('first'), { ...context, effect: 'none' })
    expect(failure(told, context)).toBe(told)
  })
})
