import { expect, it } from 'vitest'
import { isKnownType } from '../../../../core/deployment/replacement.ts'
import type { StackPackage } from './package-stack.ts'

export function describePlan(stack: () => StackPackage): void {
  it('a plan of vitals deploy knows of each type of the stack which changes replace it', () => {
    const types = new Set(Object.values(stack().resources).map(({ Type }) => Type))
    expect([...types].filter((type) => !isKnownType(type))).toEqual([])
  })
}
