import { expect, it } from 'vitest'
import { openRig } from '../harness.ts'

it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('%s /jwks.json', async (method) => {
  const { fetch } = await openRig()
  expect((await fetch('/jwks.json', { method })).status).toBe(405)
})
