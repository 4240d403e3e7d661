import { describe, expect, it } from 'vitest'
import { findServer } from '../../../src/hub/servers/servers.ts'
import { findUser } from '../../../src/hub/users/users.ts'
import { putServer } from '../../support/people.ts'
import { ADA, expectError, GRACE, openRig } from '../harness.ts'

const GPU = '/users/ada/servers/gpu'
const ELSEWHERE = 'No access to resources or resources not found'

describe.each([
  ['GET', 'read:servers'],
  ['PUT', 'start:servers'],
  ['POST', 'start:servers'],
  ['PATCH', 'start:servers'],
  ['DELETE', 'delete:servers'],
])('%s /users/{name}/servers/{server}', (method, scope) => {
  const BODY = method === 'PATCH' ? { name: 'new' } : undefined

  it('knows no missing user', async () => {
    const { call } = await openRig()
    expectError(await call(method, '/users/nobody/server', undefined, BODY), 404, null)
    expectError(await call(method, '/users/nobody/servers/gpu', undefined, BODY), 404, null)
  })

  it('tells who may see other servers only the same of all, there or not', async () => {
    const { call, tokenOf } = await openRig()
    const narrow = await tokenOf('ada', [`${scope}!server=ada/lab`])
    const others = await tokenOf('ops', [`${scope}!user=grace`, `${scope}!group=class-a`])
    for (const token of [GRACE, narrow, others]) {
      expectError(await call(method, GPU, token, BODY), 404, ELSEWHERE)
      expectError(await call(method, '/users/nobody/server', token, BODY), 404, ELSEWHERE)
    }
    expectError(await call(method, '/users/ada/server', narrow, BODY), 404, ELSEWHERE)
  })

  it('has no path without a name', async () => {
    const { call } = await openRig()
    expectError(await call(method, '/users/ada/servers', undefined, BODY), 404, null)
    expectError(await call(method, `${GPU}/`, undefined, BODY), 404, null)
  })
})

describe.each([
  ['GET', undefined, null],
  ['PATCH', { name: 'new' }, "User ada has no such server 'gpu'"],
  ['PATCH', { user_options: {} }, "User ada has no such server 'gpu'"],
  ['DELETE', undefined, "ada has no server named 'gpu'"],
  ['DELETE', { remove: true }, "ada has no server named 'gpu'"],
])('%s /users/{name}/servers/{server} with %j', (method, body, message) => {
  it('knows no missing server', async () => {
    const { call } = await openRig()
    expectError(await call(method, GPU, ADA, body), 404, message)
  })
})

describe('PATCH /users/{name}/servers/{server}', () => {
  it.each([
    ['start:servers!server=ada/lab'],
    ['start:servers!server=ada/lab', 'read:servers', 'delete:servers!server=ada/new'],
    ['start:servers!server=ada/lab', 'start:servers!server=grace/new'],
  ])('refuses a new name that the token is not for: %s', async (...scopes) => {
    const { hub, call, tokenOf } = await openRig()
    const ada = await findUser(hub, 'ada')
    if (ada === undefined) throw new Error('no ada')
    await putServer(hub, ada, 'lab')
    await putServer(hub, ada, 'taken')
    const token = await tokenOf('ops', scopes)
    for (const name of ['new', 'taken', '', 'NO']) {
      const body = { name, display_name: 'x' }
      expectError(await call('PATCH', '/users/ada/servers/lab', token, body), 404, ELSEWHERE)
    }
    expect(await findServer(hub, 'ada', 'lab')).toMatchObject({ displayName: 'lab' })
    const own = await call('PATCH', '/users/ada/servers/lab', token, { display_name: 'x' })
    expect(own.status).toBe(200)
  })
})

describe('DELETE /users/{name}/servers/{server}', () => {
  it('does not say that a server is gone which got another name meanwhile', async () => {
    const { hub, call } = await openRig()
    const ada = await findUser(hub, 'ada')
    if (ada === undefined) throw new Error('no ada')
    await putServer(hub, ada, 'gpu')
    const [gone, renamed] = await Promise.all([
      call('DELETE', GPU, ADA, { remove: true }),
      call('PATCH', GPU, ADA, { name: 'new' }),
    ])
    const left = await findServer(hub, 'ada', 'new')
    expect([gone.status, renamed.status, left !== undefined]).toEqual(
      left === undefined ? [204, 404, false] : [404, 200, true],
    )
  })
})

describe('POST /users/{name}/admin-access', () => {
  it('knows no missing user, and tells others nothing', async () => {
    const { call, tokenOf } = await openRig({ config: { admin_access: true } })
    expectError(await call('POST', '/users/nobody/admin-access'), 404, null)
    const token = await tokenOf('ops', ['servers!user=grace'])
    expectError(await call('POST', '/users/ada/admin-access', token), 404, ELSEWHERE)
    expectError(await call('POST', '/users/nobody/admin-access', token), 404, ELSEWHERE)
  })
})
