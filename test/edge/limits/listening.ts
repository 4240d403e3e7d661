import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { openLog } from '../../../src/base/log.ts'
import { configSchema } from '../../../src/config/schema.ts'
import type { ListenConfig } from '../../../src/edge/listener.ts'
import { Listener } from '../../../src/edge/listener.ts'
import type { ConfigInput } from '../../support/hub.ts'
import { NO_TRAFFIC } from '../../support/no-traffic.ts'

export interface Listening {
  port: number
  listener: Listener
  /** Why something was refused, in order. */
  rejected: string[]
  /** The targets that were handed over, in order. */
  targets: string[]
  /** How many connections of clients are counted as open. */
  open: () => number
  /** Puts another configuration in force. */
  reload: (config: ConfigInput) => void
}

export interface FrontStub {
  request?: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  upgrade?: (request: IncomingMessage, socket: Socket) => Promise<void>
}

/** The gateway's listener on a free port, with nothing behind it but a stub that answers `ok`. */
export async function openListening(
  config: ConfigInput = {},
  stub: FrontStub = {},
): Promise<Listening> {
  let current: ListenConfig = configSchema.parse(config)
  const rejected: string[] = []
  const targets: string[] = []
  let open = 0
  const listener = new Listener({
    front: {
      takesUpgrade: () => true,
      request: async (request, response) => {
        targets.push(request.url ?? '')
        if (stub.request === undefined) response.end('ok')
        else await stub.request(request, response)
      },
      upgrade: async (request, socket) => {
        targets.push(request.url ?? '')
        await stub.upgrade?.(request, socket)
      },
    },
    config: () => current,
    traffic: {
      ...NO_TRAFFIC,
      socketOpened: () => {
        open += 1
      },
      socketClosed: () => {
        open -= 1
      },
      rejected: (reason) => rejected.push(reason),
    },
    log: openLog('silent'),
  })
  const port = await listener.listen('127.0.0.1', 0, false)
  onTestFinished(() => listener.close(0))
  return {
    port,
    listener,
    rejected,
    targets,
    open: () => open,
    reload: (next) => {
      current = configSchema.parse(next)
    },
  }
}

/** The head of a request without a body. */
export const get = (target: string, ...headers: string[]): string =>
  [`GET ${target} HTTP/1.1`, 'Host: hub.test', ...headers, '', ''].join('\r\n')
