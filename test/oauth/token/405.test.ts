import { expect, test } from 'vitest'
import { ORIGIN } from '../../pages/site.ts'
import { openWorld, TOKEN } from '../world.ts'

test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
  '%s oauth2/token is not possible',
  async (method) => {
    const { app } = await openWorld()
    expect((await app.request(`${ORIGIN}${TOKEN}`, { method })).status).toBe(405)
  },
)
