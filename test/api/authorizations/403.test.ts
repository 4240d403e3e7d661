import { describe, it } from 'vitest'
import { ADA, expectError, OPS, openRig } from '../harness.ts'

const PATHS = [
  `/authorizations/token/${OPS}`,
  '/authorizations/token/nonsense',
  '/authorizations/cookie/hubgate-login/nonsense',
  '/authorizations/cookie/hubgate-login',
]

describe.each(PATHS)('GET %s', (path) => {
  it('answers nobody without a text', async () => {
    const { call } = await openRig()
    expectError(await call('GET', path, null), 403, null)
    expectError(await call('GET', path, 'wrong-token'), 403, null)
  })

  it('takes no cookie', async () => {
    const { call, browserOf } = await openRig()
    const { headers, xsrf } = await browserOf('ops')
    expectError(await call('GET', path, { ...headers, 'x-xsrftoken': xsrf }), 403, null)
  })

  it('takes no notebook token', async () => {
    const { call, tokenOf } = await openRig()
    const notebook = await tokenOf('ada', ['access:servers!user'])
    expectError(await call('GET', path, notebook), 403, /notebook token/)
  })
})

describe('GET /authorizations/token/{token}', () => {
  it('takes the token in the path for no credential', async () => {
    const { call } = await openRig()
    expectError(await call('GET', `/authorizations/token/${ADA}`, null), 403, null)
  })
})
