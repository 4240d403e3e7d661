import { describe, expect, it } from 'vitest'
import { findShareOffer } from '../../../src/hub/shares/share-exchange.ts'
import { ADA } from '../harness.ts'
import { openShareRig } from '../shares/support.ts'

/** Three codes of Ada's: two for one server, one for another. */
async function openCodes() {
  const rig = await openShareRig()
  const make = async (server: string) =>
    (await rig.call('POST', `/share-codes/ada/${server}`, ADA)).body
  const [one, two, other] = [await make('gpu'), await make('gpu'), await make('')]
  const left = async () => {
    const offers = []
    for (const { code } of [one, two, other]) {
      offers.push((await findShareOffer(rig.hub, code, { id: 'somebody' })).answer === 'share')
    }
    const { body } = await rig.call('GET', '/share-codes/ada', ADA)
    expect(body.items).toHaveLength(offers.filter(Boolean).length)
    return offers
  }
  return { ...rig, one, two, other, left }
}

describe('DELETE /share-codes/{name}/{server}', () => {
  it('ends one by the code itself', async () => {
    const { call, one, left } = await openCodes()
    const answer = await call('DELETE', `/share-codes/ada/gpu?code=${one.code}`, ADA)
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect(await left()).toEqual([false, true, true])
  })

  it('ends one by its id', async () => {
    const { call, two, left } = await openCodes()
    expect((await call('DELETE', `/share-codes/ada/gpu?id=${two.id}`, ADA)).status).toBe(204)
    expect(await left()).toEqual([true, false, true])
  })

  it('looks at the code when both are given', async () => {
    const { call, one, two, left } = await openCodes()
    const query = `code=${one.code}&id=${two.id}`
    expect((await call('DELETE', `/share-codes/ada/gpu?${query}`, ADA)).status).toBe(204)
    expect(await left()).toEqual([false, true, true])
  })

  it('ends all of the server', async () => {
    const { call, left } = await openCodes()
    expect((await call('DELETE', '/share-codes/ada/gpu', ADA)).status).toBe(204)
    expect(await left()).toEqual([false, false, true])
    expect((await call('DELETE', '/share-codes/ada/gpu', ADA)).status).toBe(204)
    expect((await call('DELETE', '/share-codes/ada/', ADA)).status).toBe(204)
    expect(await left()).toEqual([false, false, false])
  })
})
