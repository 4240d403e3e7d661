import { describe, expect, it } from 'vitest'
import { ADA } from '../harness.ts'
import { openShareRig } from './support.ts'

describe('DELETE /shares/{name}/{server}', () => {
  it('ends all shares of that server, and no others', async () => {
    const { call } = await openShareRig()
    await call('POST', '/shares/ada/gpu', ADA, { user: 'grace' })
    await call('POST', '/shares/ada/gpu', ADA, { group: 'class-a' })
    await call('POST', '/shares/ada/', ADA, { user: 'grace' })
    const { body: code } = await call('POST', '/share-codes/ada/gpu', ADA)
    const answer = await call('DELETE', '/shares/ada/gpu', ADA)
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect((await call('GET', '/shares/ada/gpu')).body.items).toEqual([])
    expect((await call('GET', '/groups/class-a/shared')).body.items).toEqual([])
    expect((await call('GET', '/shares/ada/')).body.items).toHaveLength(1)
    expect((await call('GET', '/share-codes/ada/gpu')).body.items).toMatchObject([{ id: code.id }])
  })

  it('is fine with a server that is not shared', async () => {
    const { call } = await openShareRig()
    expect((await call('DELETE', '/shares/ada/', ADA)).status).toBe(204)
    expect((await call('DELETE', '/shares/ada/gpu', ADA)).status).toBe(204)
  })
})
