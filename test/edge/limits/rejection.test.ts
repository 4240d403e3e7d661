import { expect, it } from 'vitest'
import { HubgateError } from '../../../src/base/errors.ts'
import { rejectionOf } from '../../../src/edge/limits/rejection.ts'
import { REJECTIONS } from '../../../src/metrics/rejections.ts'

it('is an error of the edge by its code, or the limit that was reached', () => {
  const limit = { detail: { limit: 'requests_per_user' } }
  expect(rejectionOf(new HubgateError('hub_token_refused'))).toBe('hub_token_refused')
  expect(rejectionOf(new HubgateError('too_many_requests', 'text', limit))).toBe(
    'requests_per_user',
  )
})

it.each(['upstream_failed', 'upstream_timeout', 'internal'] as const)('is not %s', (code) => {
  expect(rejectionOf(new HubgateError(code))).toBeUndefined()
  expect(rejectionOf(new Error('of another kind'))).toBeUndefined()
})

it('has its own label where the edge says so', () => {
  for (const code of [
    'bad_request',
    'invalid_target',
    'method_not_allowed',
    'target_too_long',
    'headers_too_large',
    'unauthenticated',
    'forbidden',
    'no_access',
    'not_found',
    'server_not_running',
    'unavailable',
  ] as const) {
    expect(REJECTIONS).toContain(rejectionOf(new HubgateError(code)))
  }
})
