import { describe, expect, it } from 'vitest'
import { ADA, OPS, openRig } from '../harness.ts'

describe('DELETE /users/{name}/tokens/{token_id}', () => {
  it('ends a token at once, even for the one who asks with it', async () => {
    const { call } = await openRig()
    const { body } = await call('POST', '/users/ada/tokens', ADA)
    const answer = await call('DELETE', `/users/ada/tokens/${body.id}`, body.token)
    expect(answer.status).toBe(204)
    expect((await call('GET', '/users/ada', body.token)).status).toBe(403)
  })

  it('ends the one that is named, and no other', async () => {
    const { call } = await openRig()
    const { body: one } = await call('POST', '/users/ada/tokens', ADA)
    const { body: other } = await call('POST', '/users/ada/tokens', ADA)
    expect((await call('DELETE', `/users/ada/tokens/${one.id}`, OPS)).status).toBe(204)
    expect((await call('GET', '/user', other.token)).status).toBe(200)
  })

  it('is done once when two ask for it at the same time', async () => {
    const { call } = await openRig()
    const { body } = await call('POST', '/users/ada/tokens', ADA)
    const answers = await Promise.all(
      [ADA, OPS, ADA].map((who) => call('DELETE', `/users/ada/tokens/${body.id}`, who)),
    )
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses.filter((status) => status !== 404)).toEqual([204])
  })

  it('lets admins end tokens of admins', async () => {
    const config = { admin_users: ['ops', 'root'] }
    const { call } = await openRig({ config })
    const { body } = await call('POST', '/users/root/tokens', OPS)
    expect((await call('DELETE', `/users/root/tokens/${body.id}`, OPS)).status).toBe(204)
  })
})
