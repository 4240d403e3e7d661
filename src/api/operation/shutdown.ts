import { z } from '@hono/zod-openapi'
import { HubgateError } from '../../base/errors.ts'
import { requestShutdown } from '../../hub/shutdown.ts'
import { json } from '../answer.ts'
import { endpoint } from '../route.ts'
import { shown } from '../schemas/shown.ts'

const MESSAGE = 'Shutting down Hub'

const flag = (name: string) =>
  z
    .boolean({ error: ({ input }) => `${name} must be true or false, got ${shown(input)}` })
    .optional()

const wish = z
  .object({
    proxy: flag('proxy').openapi({
      description: 'Only true: each replica is its own proxy, which ends with it.',
    }),
    servers: flag('servers').openapi({
      description: 'Whether all servers are stopped first. Left out, they run on.',
    }),
  })
  .openapi({ example: { servers: true } })
  .optional()

/** `POST /shutdown`: ends every replica on the store (wire-contract §1.3). */
export const shutdownEndpoint = endpoint({
  summary: 'End the whole hub, all its replicas',
  body: wish,
  answers: {
    202: {
      description: 'Every replica finishes what is under way and ends.',
      schema: z.object({ message: z.literal(MESSAGE) }),
    },
  },
  handle: async ({ hub, body, principal }) => {
    const { proxy = true, servers = false } = body ?? {}
    if (!proxy) {
      throw new HubgateError(
        'bad_request',
        'The proxy cannot go on without the hub: each replica is its own. Leave proxy out, or make ' +
          'it true. Servers run on unless servers is true.',
      )
    }
    await requestShutdown(hub, { by: principal.name, servers })
    hub.log.warn({ event: 'shutdown', by: principal.name, servers }, 'the hub was asked to end')
    return json({ message: MESSAGE }, 202)
  },
})
