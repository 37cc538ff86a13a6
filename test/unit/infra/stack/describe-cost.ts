import { expect, it } from 'vitest'
import { stackFactsOf, usualStack } from '../../../../core/cost/stack-facts.ts'
import type { Template } from '../../../../core/deployment/template.ts'
import type { StackPackage } from './package-stack.ts'

export function describeCost(stack: () => StackPackage): void {
  it('the stack costs what the model of docs/cost.md takes it for', () => {
    const facts = stackFactsOf(JSON.parse(stack().template) as Template)
    // This machine's, and not what is deployed by default.
    expect(facts).toEqual({ ...usualStack, architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64' })
  })
}
