import { describe, expect, it } from 'vitest'
import { expectError, OPS, openRig } from '../harness.ts'

describe('GET /proxy', () => {
  it.each(['limit=x', 'offset=1.5'])('does not take %s', async (query) => {
    const { call } = await openRig()
    expectError(await call('GET', `/proxy?${query}`), 400, /must be integers/)
  })
})

describe('PATCH /proxy', () => {
  it.each([
    ['no body', undefined, 'need JSON body'],
    ['null', 'null', 'need JSON body'],
    ['a list', [1], 'Request body must be JSON dict'],
    ['a text', '"x"', 'Request body must be JSON dict'],
    ['no JSON', '{', 'Invalid JSON in body of request'],
    ['a number for the address', { api_url: 7 }, 'api_url must be a string'],
    ['a number for the token', { auth_token: 1234567 }, 'auth_token must be a string'],
  ])('does not take %s', async (_what, body, message) => {
    const { call } = await openRig()
    expectError(await call('PATCH', '/proxy', OPS, body), 400, message)
  })

  it.each([{}, { api_url: 'http://127.0.0.1:8001', auth_token: 'secret-of-the-proxy' }])(
    'says that there is no other proxy, and what to do instead',
    async (body) => {
      const { call } = await openRig()
      const answer = await call('PATCH', '/proxy', OPS, body)
      expectError(answer, 400, /^hubgate has no separate proxy: .* use POST on this path\.$/)
      expect(answer.text).not.toContain('secret')
    },
  )
})
