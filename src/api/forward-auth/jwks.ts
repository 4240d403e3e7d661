import { z } from '@hono/zod-openapi'
import { publicKeys } from '../../hub/signing/sign.ts'
import { openEndpoint } from '../route.ts'

const jwks = z.object({
  keys: z.array(
    z.object({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: z.string(),
      y: z.string(),
      kid: z.string().openapi({ description: 'The `kid` in the header of what it signed.' }),
      alg: z.literal('ES256'),
      use: z.literal('sig'),
    }),
  ),
})

/** `GET /jwks.json`: a key is in it a day before it signs and a day after, so it may be kept a while. */
export const jwksEndpoint = openEndpoint({
  summary: 'Read the public keys that verify X-Hubgate-Jwt',
  answers: { 200: { description: 'The keys (RFC 7517).', schema: jwks } },
  handle: async ({ hub }) =>
    new Response(JSON.stringify(await publicKeys(hub)), {
      headers: { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' },
    }),
})
