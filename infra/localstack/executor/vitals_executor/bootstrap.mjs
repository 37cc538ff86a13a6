/**
 * The Node side of an environment: loads `_HANDLER` from the code, then answers requests, a line of JSON each. Finds things,
 * and says what is wrong, as Lambda's own runtime does. Ends when whoever asks is gone.
 */
import { existsSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const [, , requestsFd, answersFd] = process.argv
const { env } = process
/** See log.py. */
const endOfLog = '\u001e\n'

let isLoaded = false
process.on('uncaughtException', (error) => end('Uncaught Exception', error))
process.on('unhandledRejection', (reason) => {
  const stack = reason instanceof Error ? { stack: reason.stack } : {}
  end('Unhandled Promise Rejection', Object.assign(named('Runtime.UnhandledPromiseRejection', String(reason)), stack))
})

let handler
try {
  handler = await loadHandler(env._HANDLER ?? '', env.LAMBDA_TASK_ROOT ?? '.')
} catch (error) {
  await end('Uncaught Exception', error)
}
await answer('ready', '')
isLoaded = true

const requests = new Socket({ fd: Number(requestsFd), readable: true, writable: false })
for await (const line of createInterface({ input: requests })) {
  const { event, ...request } = JSON.parse(line)
  try {
    const result = await handler(JSON.parse(event), contextOf(request))
    await answer('response', JSON.stringify(result) ?? 'null')
  } catch (error) {
    print('Invoke Error', error)
    await answer('error', payloadOf(error))
  }
}
process.exit(0)

/** `folder/module.exported.name` */
async function loadHandler(name, root) {
  const [, moduleName, path] = /^([^.]*)\.(.+)$/.exec(basename(name)) ?? []
  if (path === undefined) throw named('Runtime.MalformedHandlerName', 'Bad handler')
  const file = join(root, dirname(name), moduleName)
  const extension = ['.js', '.mjs', '.cjs'].find((end) => existsSync(file + end))
  if (extension === undefined) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${moduleName}'`)
  const module = await import(pathToFileURL(file + extension).href).catch((error) => {
    if (error instanceof SyntaxError) throw named('Runtime.UserCodeSyntaxError', String(error))
    if (/MODULE_NOT_FOUND$/.test(error?.code)) throw named('Runtime.ImportModuleError', String(error))
    throw error
  })
  const found = [module, module.default].map((exported) => path.split('.').reduce((at, key) => at?.[key], exported))
  const fitting = found.find((value) => typeof value === 'function')
  if (fitting === undefined) throw named('Runtime.HandlerNotFound', `${name} is undefined or not exported`)
  return fitting
}

function contextOf({ requestId, functionArn, timeoutMs }) {
  const endMs = performance.now() + timeoutMs
  return {
    awsRequestId: requestId,
    invokedFunctionArn: functionArn,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(endMs - performance.now())),
  }
}

/** After all that was printed before it. */
async function answer(kind, payload) {
  await printed(process.stderr, '')
  await printed(process.stdout, endOfLog)
  const bytes = Buffer.from(`${JSON.stringify({ kind, payload })}\n`)
  for (let at = 0; at < bytes.length; ) at += writeSync(Number(answersFd), bytes, at)
}

async function end(what, error) {
  print(what, error)
  await answer(isLoaded ? 'fatal' : 'error', payloadOf(error))
  process.exit(1)
}

function print(what, error) {
  process.stderr.write(`ERROR\t${what}\t${payloadOf(error)}\n`)
}

function printed(stream, text) {
  return new Promise((resolve) => stream.write(text, resolve))
}

function named(name, message) {
  return Object.assign(new Error(message), { name })
}

function payloadOf(error) {
  const isError = error instanceof Error
  return JSON.stringify({
    errorType: isError ? error.name : typeof error,
    errorMessage: isError ? error.message : String(error),
    trace: isError ? (error.stack ?? '').split('\n') : [],
  })
}
