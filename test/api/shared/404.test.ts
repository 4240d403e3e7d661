import { describe, expect, it } from 'vitest'
import { ADA, expectError, GRACE, OPS } from '../harness.ts'
import { openShareRig } from '../shares/support.ts'

const OUT_OF_REACH = 'No access to resources or resources not found'

describe('GET /users/{name}/shared', () => {
  it('answers 404 for a user that there is not, and out of reach', async () => {
    const { call } = await openShareRig()
    expectError(await call('GET', '/users/nobody/shared', OPS), 404, 'No such user: nobody')
    for (const name of ['ada', 'nobody']) {
      expectError(await call('GET', `/users/${name}/shared`, GRACE), 404, OUT_OF_REACH)
    }
  })
})

describe('GET /groups/{group}/shared', () => {
  it('answers 404 for a group that there is not, and out of reach', async () => {
    const { call, tokenOf } = await openShareRig()
    expectError(await call('GET', '/groups/none/shared', OPS), 404, 'No such group: none')
    const token = await tokenOf('ops', ['read:groups:shares!group=class-b'])
    for (const group of ['class-a', 'none']) {
      expectError(await call('GET', `/groups/${group}/shared`, token), 404, OUT_OF_REACH)
    }
  })
})

describe.each(['GET', 'DELETE'])('%s /users/{name}/shared/{owner}/{server}', (method) => {
  it.each([
    ['grace', 'ada/', 'only another server is shared'],
    ['eve', 'ada/gpu', 'it is shared with the user’s group only'],
    ['grace', 'ada/none', 'there is no such server'],
    ['grace', 'nobody/gpu', 'there is no such owner'],
    ['nobody', 'ada/gpu', 'there is no such user'],
  ])('answers 404 for %s on %s: %s', async (user, server) => {
    const { call } = await openShareRig()
    await call('POST', '/shares/ada/gpu', ADA, { user: 'grace' })
    await call('POST', '/shares/ada/gpu', ADA, { group: 'class-a' })
    const message = `No such share for user ${user} on ${server}`
    expectError(await call(method, `/users/${user}/shared/${server}`, OPS), 404, message)
    expect((await call('GET', '/shares/ada')).body.items).toHaveLength(2)
  })

  it('answers 404 out of reach, to the owner too', async () => {
    const { call } = await openShareRig()
    await call('POST', '/shares/ada/gpu', ADA, { user: 'grace' })
    expectError(await call(method, '/users/grace/shared/ada/gpu', ADA), 404, OUT_OF_REACH)
    expectError(await call(method, '/users/nobody/shared/ada/gpu', ADA), 404, OUT_OF_REACH)
    expect((await call('GET', '/shares/ada')).body.items).toHaveLength(1)
  })
})

describe.each(['GET', 'DELETE'])('%s /groups/{group}/shared/{owner}/{server}', (method) => {
  it.each([
    ['class-a', 'ada/', 'No such share for group class-a on ada/'],
    ['class-b', 'ada/gpu', 'No such share for group class-b on ada/gpu'],
    ['class-a', 'nobody/gpu', 'No such share for group class-a on nobody/gpu'],
    ['none', 'ada/gpu', 'No such group: none'],
  ])('answers 404 for %s on %s', async (group, server, message) => {
    const { call } = await openShareRig()
    await call('POST', '/shares/ada/gpu', ADA, { group: 'class-a' })
    expectError(await call(method, `/groups/${group}/shared/${server}`, OPS), 404, message)
    expect((await call('GET', '/shares/ada')).body.items).toHaveLength(1)
  })

  it('answers 404 out of reach', async () => {
    const { call, tokenOf } = await openShareRig()
    await call('POST', '/shares/ada/gpu', ADA, { group: 'class-a' })
    const token = await tokenOf('ops', ['groups:shares!group=class-b'])
    expectError(await call(method, '/groups/class-a/shared/ada/gpu', token), 404, OUT_OF_REACH)
  })
})
