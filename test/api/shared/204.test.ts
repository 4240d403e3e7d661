import { describe, expect, it } from 'vitest'
import { ADA, GRACE, OPS } from '../harness.ts'
import { openShareRig } from '../shares/support.ts'

describe('DELETE /users/{name}/shared/{owner}/{server}', () => {
  it.each(['gpu', ''])('gives up one’s own share of server %j, and no other', async (server) => {
    const { call } = await openShareRig()
    for (const one of ['gpu', '']) {
      await call('POST', `/shares/ada/${one}`, ADA, { user: 'grace' })
      await call('POST', `/shares/ada/${one}`, ADA, { user: 'eve' })
    }
    const answer = await call('DELETE', `/users/grace/shared/ada/${server}`, GRACE)
    expect([answer.status, answer.text]).toEqual([204, ''])
    const left = (await call('GET', '/users/grace/shared')).body.items
    expect(left).toMatchObject([{ server: { name: server === '' ? 'gpu' : '' } }])
    expect((await call('GET', '/users/eve/shared')).body.items).toHaveLength(2)
    expect((await call('GET', '/shares/ada')).body.items).toHaveLength(3)
  })
})

describe('DELETE /groups/{group}/shared/{owner}/{server}', () => {
  it('ends the group’s share and leaves those of its members', async () => {
    const { call } = await openShareRig()
    await call('POST', '/shares/ada/gpu', ADA, { group: 'class-a' })
    await call('POST', '/shares/ada/gpu', ADA, { user: 'grace' })
    const answer = await call('DELETE', '/groups/class-a/shared/ada/gpu', OPS)
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect((await call('GET', '/users/grace/shared')).body.items).toMatchObject([{ kind: 'user' }])
  })
})
