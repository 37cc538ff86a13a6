/** Where a Linux host shows itself; a test points it at captured files. */
export interface Roots {
  proc: string
  sys: string
  etc: string
}

export const systemRoots: Roots = { proc: '/proc', sys: '/sys', etc: '/etc' }
