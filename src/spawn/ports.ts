import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { createServer } from 'node:net'
import type { Clock } from '../base/clock.ts'
import { codeOf, spawnFault } from './fault.ts'

/** Longer than a server takes from the choice of its port until it listens there. */
const HOLD_MS = 60_000

async function listen(ip: string): Promise<Server> {
  const server = createServer()
  server.listen({ port: 0, exclusive: true, ...(ip === '' ? {} : { host: ip }) })
  await once(server, 'listening')
  return server
}

/** Finds ports that nobody listens on, and gives none twice within a minute. */
export class PortPicker {
  readonly #clock: Clock
  /** When each was given. */
  readonly #given = new Map<number, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * @param ip address that the port is for; empty for all
   * @throws HubgateError `spawn_failed` with a text for the server's owner
   */
  async pick(ip: string): Promise<number> {
    this.#forgetOld()
    const tried: Server[] = []
    try {
      for (;;) {
        const server = await listen(ip)
        tried.push(server)
        const { port } = server.address() as AddressInfo
        if (this.#given.has(port)) continue
        this.#given.set(port, this.#clock.now())
        return port
      }
    } catch (error) {
      const message =
        `No port could be opened on ${ip === '' ? 'this machine' : ip} (${codeOf(error)}). ` +
        'An administrator has to check `spawner.ip`.'
      throw spawnFault('command', message, { cause: error })
    } finally {
      await Promise.all(tried.map(closed))
    }
  }

  #forgetOld(): void {
    const oldest = this.#clock.now() - HOLD_MS
    for (const [port, at] of this.#given) {
      if (at <= oldest) this.#given.delete(port)
    }
  }
}

async function closed(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}
