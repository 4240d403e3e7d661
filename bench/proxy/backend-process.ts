import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { seededName } from '../../test/support/seed.ts'
import { Running } from '../gateway.ts'
import type { BackendRoute } from './subject.ts'

/** The server behind all subjects. */
export interface Backend {
  port: number
  pid: number
}

/** @param many whether it is to be reached at many addresses, as many servers are */
export async function startBackend(
  many: boolean,
  cleanup: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Backend> {
  const args = many ? ['0.0.0.0'] : []
  const child = fork(join(import.meta.dirname, 'backend.ts'), args)
  const { pid } = cleanup.use(new Running(child))
  const [port] = (await once(child, 'message', { signal })) as [number]
  return { port, pid }
}

/** Routes to one backend at as many addresses: to a proxy they are as many servers. */
export function routesTo({ port }: Backend, count: number): BackendRoute[] {
  return Array.from({ length: count }, (_, n) => {
    const host = count === 1 ? '127.0.0.1' : `127.0.${1 + (n >> 8)}.${n & 255}`
    const secret = `secret-of-the-server-${String(n).padStart(11, '0')}`
    return { user: seededName(n), url: `http://${host}:${port}`, secret }
  })
}
