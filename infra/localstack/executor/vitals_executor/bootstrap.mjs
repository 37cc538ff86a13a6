/**
 * The Node side of an environment: loads `_HANDLER` from the code, then answers requests, a line of JSON each. Ends when
 * whoever asks is gone.
 */
import { createReadStream, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const [, , requests, answers] = process.argv
const { _HANDLER: handlerName = '', LAMBDA_TASK_ROOT: root = '.', AWS_LAMBDA_FUNCTION_NAME: functionName } = process.env

function answer(kind, payload) {
  const bytes = Buffer.from(`${JSON.stringify({ kind, payload })}\n`)
  for (let at = 0; at < bytes.length; ) at += writeSync(Number(answers), bytes, at)
}

function errorPayload(error) {
  const isError = error instanceof Error
  return JSON.stringify({
    errorType: isError ? error.name : typeof error,
    errorMessage: isError ? error.message : String(error),
    trace: isError ? (error.stack ?? '').split('\n') : [],
  })
}

async function loadHandler() {
  const dot = handlerName.lastIndexOf('.')
  const file = join(root, handlerName.slice(0, dot))
  const name = handlerName.slice(dot + 1)
  for (const extension of ['.mjs', '.js', '.cjs']) {
    let module
    try {
      module = await import(pathToFileURL(`${file}${extension}`).href)
    } catch (error) {
      if (error.code === 'ERR_MODULE_NOT_FOUND' && error.url === pathToFileURL(`${file}${extension}`).href) continue
      throw error
    }
    const handler = module[name] ?? module.default?.[name]
    if (typeof handler === 'function') return handler
    throw Object.assign(new Error(`${handlerName} is undefined or not exported`), { name: 'Runtime.HandlerNotFound' })
  }
  throw Object.assign(new Error(`Cannot find module '${file}'`), { name: 'Runtime.ImportModuleError' })
}

function contextOf({ requestId, functionArn, timeoutMs }) {
  const endMs = performance.now() + timeoutMs
  return {
    awsRequestId: requestId,
    invokedFunctionArn: functionArn,
    functionName,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(endMs - performance.now())),
  }
}

let handler
try {
  handler = await loadHandler()
} catch (error) {
  answer('error', errorPayload(error))
  process.exit(1)
}
answer('ready', '')

for await (const line of createInterface({ input: createReadStream('', { fd: Number(requests) }) })) {
  const request = JSON.parse(line)
  let outcome
  try {
    const result = await handler(JSON.parse(request.event), contextOf(request))
    outcome = ['response', JSON.stringify(result) ?? 'null']
  } catch (error) {
    outcome = ['error', errorPayload(error)]
  }
  process.stdout.write('\u001e\n')
  answer(...outcome)
}
process.exit(0)
