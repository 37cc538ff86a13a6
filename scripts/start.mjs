/** `npm start`: brings what is missing, then runs `vitals up` on the project's own Node. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensurePackages, env, node, root } from './packages.mjs'

await ensurePackages()
const child = spawn(node, [join(root, 'cli', 'main.ts'), 'up', ...process.argv.slice(2)], { env, stdio: 'inherit' })
// Ctrl-C reaches the whole group; the child ends by itself, and we after it. A signal to us alone is handed on.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('close', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
