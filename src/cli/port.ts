import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { HubgateError } from '../base/errors.ts'

/**
 * A port that nobody listens on at this moment, for several processes that are to have the same.
 * @throws HubgateError `unavailable` when the host is none of this machine's
 */
export async function freePort(host: string): Promise<number> {
  const server = createServer()
  try {
    await once(server.listen(0, host), 'listening')
  } catch (error) {
    throw cannotListen(error, host)
  }
  const { port } = server.address() as AddressInfo
  await once(server.close(), 'close')
  return port
}

function cannotListen(cause: unknown, host: string): HubgateError {
  return new HubgateError('unavailable', `Cannot listen on ${host}: choose another --host.`, {
    cause,
  })
}
