import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { posix } from 'node:path'
import { createInterface } from 'node:readline'
import { PYTHON } from '../support/gateway-process.ts'
import type { ServerName } from './support/gate.ts'

/** The servers and the ports where they are expected. */
export type Ports = Readonly<Record<ServerName, number>>

/** What an upstream says of a request that was forwarded to it. */
export interface Reading {
  /** Where it came in: what the router took it for. */
  at: ServerName
  /** What this reader takes it for; null when it cannot read it, or takes it for nobody's. */
  server: ServerName | null
  /** Whether a handler of files would stay below the prefix of `at`. */
  isWithin: boolean
  /** As received. */
  target: string
}

/** Starts the app on Tornado in place of all servers. */
export async function startTornado(ports: Ports): Promise<AsyncDisposable> {
  const app = new URL('tornado_app.py', import.meta.url).pathname
  const child = spawn(PYTHON, [app, JSON.stringify(ports)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), exited])
  if (line !== 'ready') throw new Error(`Tornado does not start: ${String(line)}`)
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** The server that somebody finds who decodes a path, and resolves its dots before and afterwards. */
function normalised(target: string, servers: readonly string[]): ServerName | null {
  let path: string
  try {
    path = posix.normalize(decodeURIComponent(new URL(`http://h${target}`).pathname))
  } catch {
    return null
  }
  const [, root, user, name] = path.split('/')
  if (root !== 'user' || user === undefined) return null
  return name !== undefined && servers.includes(`${user}/${name}`) ? `${user}/${name}` : `${user}/`
}

/** Starts an app on Node in place of all servers, which normalises paths. */
export async function startNode(ports: Ports): Promise<AsyncDisposable> {
  const names = Object.keys(ports) as ServerName[]
  const servers = names.map((at) =>
    createServer(({ url = '' }, response) => {
      const reading: Reading = { at, server: normalised(url, names), isWithin: true, target: url }
      response.setHeader('X-Read-By', 'node')
      response.end(JSON.stringify(reading))
    }),
  )
  for (const [i, server] of servers.entries()) {
    server.listen(ports[names[i] ?? 'none/'], '127.0.0.1')
    await once(server, 'listening')
  }
  return {
    async [Symbol.asyncDispose]() {
      for (const server of servers) {
        server.closeAllConnections()
        server.close()
        await once(server, 'close')
      }
    },
  }
}
