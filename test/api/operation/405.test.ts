import { describe, it } from 'vitest'
import { expectError, openRig } from '../harness.ts'

describe.each([
  ['/metrics', ['POST', 'PUT', 'PATCH', 'DELETE']],
  ['/shutdown', ['GET', 'PUT', 'PATCH', 'DELETE']],
])('%s', (path, methods) => {
  it.each(methods)('has no %s', async (method) => {
    const { call } = await openRig()
    expectError(await call(method, path), 405, null)
  })
})
