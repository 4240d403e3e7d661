import { expect, it } from 'vitest'
import { ERRORS, HubgateError } from '../../src/base/errors.ts'

it('takes status and text from the registry', () => {
  const error = new HubgateError('too_many_requests')
  expect(error.status).toBe(429)
  expect(error.publicMessage).toBe(ERRORS.too_many_requests.message)
})

it('tells "no text" from "the registry’s text"', () => {
  expect(new HubgateError('conflict', null).publicMessage).toBeNull()
  expect(new HubgateError('not_found').publicMessage).toBeNull()
  expect(new HubgateError('conflict', 'User ada already exists').publicMessage).toBe(
    'User ada already exists',
  )
})

it('keeps the cause for the log', () => {
  const cause = new Error('disk full')
  expect(new HubgateError('unavailable', undefined, { cause }).cause).toBe(cause)
})
