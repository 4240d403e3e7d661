import { z } from '@hono/zod-openapi'
import { jsonObject } from '../schemas/common.ts'

const proxyRoute = z
  .object({
    routespec: z.string().openapi({ description: 'The path prefix.', example: '/user/ada/' }),
    target: z.string().openapi({
      description: 'Where the prefix leads.',
      example: 'http://127.0.0.1:45123',
    }),
    data: jsonObject.openapi({
      description:
        'hub is true for the hub itself; user and server_name say whose server it is. ' +
        'last_activity is null until the server was used.',
      example: { user: 'ada', server_name: '', last_activity: '2026-11-22T21:08:19.673Z' },
    }),
  })
  .openapi('Route')

export const proxyTable = z.record(z.string(), proxyRoute)

/** Its two texts are JupyterHub's. What is wrong with a token is told without the token. */
export const newProxy = z.object(
  {
    api_url: z.string('api_url must be a string').optional(),
    auth_token: z.string('auth_token must be a string').optional(),
  },
  {
    error: ({ input }) =>
      input === undefined ? 'need JSON body' : 'Request body must be JSON dict',
  },
)
