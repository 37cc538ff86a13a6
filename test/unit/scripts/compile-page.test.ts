import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { compilePageScript, pageScriptUrl } from '../../../scripts/compile-page.ts'

describe('the compiled script of the report page', () => {
  it('is what its sources and uPlot give now; if not: npm run page', async () => {
    expect(await readFile(pageScriptUrl, 'utf8')).toBe(await compilePageScript())
  })

  it('carries the licence of the library in it', async () => {
    expect(await compilePageScript()).toContain('Copyright (c) 2022 Leon Sorokin')
  })
})
