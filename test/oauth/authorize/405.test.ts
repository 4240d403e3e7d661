import { expect, test } from 'vitest'
import { authorizePath, LAB, openWorld } from '../world.ts'

test.each(['HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
  '%s oauth2/authorize is not possible',
  async (method) => {
    const { signedIn } = await openWorld()
    const answer = await (await signedIn('ada')).send(method, authorizePath(LAB))
    expect(answer.status).toBe(405)
    expect(answer.headers.get('location')).toBeNull()
  },
)
