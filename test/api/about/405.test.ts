import { describe, it } from 'vitest'
import { expectError, OPS, openRig } from '../harness.ts'

describe.each(['/', '/info', '/user', '/openapi.json', '/docs', '/docs/api-docs.js', '/health'])(
  '%s',
  (path) => {
    it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('has no %s', async (method) => {
      const { call } = await openRig()
      expectError(await call(method, path, OPS), 405, null)
    })
  },
)
