import { describe, it } from 'vitest'
import { ADA, expectError, OPS, openRig, SERVICE } from '../harness.ts'

const GPU = '/users/ada/servers/gpu'
const PATHS = ['/users/ada/server', '/users/ada/servers/', GPU]
const NO_SCOPE = 'Action is not authorized with current scopes; requires any of'

describe.each([
  ['GET', 'read:servers'],
  ['PUT', 'start:servers'],
  ['POST', 'start:servers'],
  ['PATCH', 'start:servers'],
  ['DELETE', 'delete:servers'],
])('%s /users/{name}/servers/{server}', (method, scope) => {
  const BODY = method === 'PATCH' ? { name: 'new' } : undefined

  it.each(PATHS)('refuses who does not hold the scope: %s', async (path) => {
    const { call, tokenOf } = await openRig()
    const refused = `${NO_SCOPE} [${scope}]`
    expectError(await call(method, path, SERVICE, BODY), 403, refused)
    const other = scope === 'start:servers' ? 'delete:servers' : 'start:servers'
    const token = await tokenOf('ops', [other, 'read:users:name'])
    expectError(await call(method, path, token, BODY), 403, refused)
  })

  it('refuses strangers and notebook tokens', async () => {
    const { call, tokenOf } = await openRig()
    expectError(await call(method, GPU, null, BODY), 403, 'Missing or invalid credentials.')
    expectError(await call(method, GPU, 'nonsense', BODY), 403, 'Missing or invalid credentials.')
    const notebook = await tokenOf('ada', ['access:servers!server=ada/gpu'])
    expectError(await call(method, GPU, notebook, BODY), 403, /^This is a notebook token/)
  })

  it("refuses a browser without the session's _xsrf", async () => {
    const { call, browserOf } = await openRig()
    const { headers } = await browserOf('ada')
    expectError(await call(method, GPU, headers, BODY), 403, /_xsrf/)
  })
})

describe('POST /users/{name}/admin-access', () => {
  const PATH = '/users/ada/admin-access'

  it('refuses everybody unless the configuration says otherwise', async () => {
    const { call } = await openRig()
    const message = 'admin access to user servers disabled'
    expectError(await call('POST', PATH, OPS), 403, message)
    expectError(await call('POST', '/users/nobody/admin-access', OPS), 403, message)
    expectError(await call('POST', PATH, ADA), 403, message)
  })

  it('refuses who does not hold servers', async () => {
    const { call, tokenOf } = await openRig({ config: { admin_access: true } })
    expectError(await call('POST', PATH, null), 403, 'Missing or invalid credentials.')
    expectError(await call('POST', PATH, SERVICE), 403, `${NO_SCOPE} [servers]`)
    const token = await tokenOf('ops', ['start:servers', 'read:servers', 'delete:servers'])
    expectError(await call('POST', PATH, token), 403, `${NO_SCOPE} [servers]`)
  })
})
