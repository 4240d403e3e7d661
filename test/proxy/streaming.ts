import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished } from 'vitest'

/** A server for the length of a test. @returns its origin */
export async function httpUpstream(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Waits until a count is above zero and has stopped to grow. */
export async function settled(count: () => number): Promise<void> {
  let last = 0
  let same = 0
  const look = (): number => {
    same = count() === last && last > 0 ? same + 1 : 0
    last = count()
    return same
  }
  await expect.poll(look, { interval: 20, timeout: 60_000 }).toBeGreaterThan(10)
}
