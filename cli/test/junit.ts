/** Results of tests as CI servers read them: JUnit's XML, a suite a file. */
import { escapeHtml } from '../../core/view/html.ts'
import type { FileResult, TestResult } from './run-file.ts'
import { failureText } from './text.ts'

export function junitXml(results: readonly FileResult[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="vitals test"${counts(results.flatMap(({ tests }) => tests))}>`,
    ...results.flatMap(suite),
    '</testsuites>',
    '',
  ].join('\n')
}

function suite({ file, tests }: FileResult): string[] {
  return [
    `  <testsuite name="${escapeXml(file)}"${counts(tests)}>`,
    ...tests.flatMap((test) => testCase(file, test)),
    '  </testsuite>',
  ]
}

function counts(tests: readonly TestResult[]): string {
  const failures = tests.filter(({ passed }) => !passed).length
  const tookMs = tests.reduce((sum, test) => sum + test.tookMs, 0)
  return ` tests="${tests.length}" failures="${failures}" errors="0" skipped="0" time="${seconds(tookMs)}"`
}

function testCase(file: string, test: TestResult): string[] {
  const { name, passed, place, tookMs } = test
  const at = `file="${escapeXml(file)}" line="${place.line}"`
  const head = `    <testcase name="${escapeXml(name)}" classname="${escapeXml(file)}" ${at} time="${seconds(tookMs)}"`
  if (passed) return [`${head}/>`]
  const lines = failureText(file, test, { colour: false })
  const first = lines.find((line) => /^ {2}[-!+]/.test(line)) ?? ''
  return [
    `${head}>`,
    `      <failure message="${escapeXml(first.trim())}">${escapeXml(lines.join('\n'))}</failure>`,
    '    </testcase>',
  ]
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3)
}

/** HTML's escapes are XML's as well; two characters more are none there. */
function escapeXml(text: string): string {
  return escapeHtml(text.toWellFormed()).replace(/[\ufffe\uffff]/g, '\ufffd')
}
