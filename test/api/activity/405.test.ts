import { expect, it } from 'vitest'
import { openRig } from '../harness.ts'

it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])(
  '%s /users/{name}/activity is not allowed',
  async (method) => {
    const { call } = await openRig()
    expect((await call(method, '/users/ada/activity')).status).toBe(405)
  },
)
