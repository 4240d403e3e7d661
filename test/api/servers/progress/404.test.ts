import { describe, it } from 'vitest'
import { ADA, expectError, GRACE, openRig } from '../../harness.ts'

const PATH = '/users/ada/server/progress'

describe('GET …/progress', () => {
  it('knows no missing server or user', async () => {
    const { call } = await openRig()
    expectError(await call('GET', '/users/ada/servers/gpu/progress'), 404, null)
    expectError(await call('GET', '/users/ada/servers/gpu/progress', ADA), 404, null)
    expectError(await call('GET', '/users/nobody/server/progress'), 404, null)
  })

  it('tells who may see other servers only nothing', async () => {
    const { call, tokenOf } = await openRig()
    expectError(await call('GET', PATH, GRACE), 404, /^No access/)
    const token = await tokenOf('ada', ['read:servers!server=ada/gpu'])
    expectError(await call('GET', PATH, token), 404, /^No access/)
  })
})
