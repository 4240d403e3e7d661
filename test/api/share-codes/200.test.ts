import { describe, expect, it } from 'vitest'
import { sha256 } from '../../../src/base/hash.ts'
import { exchangeShareCode } from '../../../src/hub/shares/share-exchange.ts'
import { findUser } from '../../../src/hub/users/users.ts'
import { ADA, OPS } from '../harness.ts'
import { adasServer, ENVELOPE_TYPE, openShareRig } from '../shares/support.ts'

const DAY = 86_400_000

describe('POST /share-codes/{name}/{server}', () => {
  it('makes a code and shows it with where to accept it', async () => {
    const { call } = await openShareRig({ base_url: '/lab/', public_url: undefined })
    const { body } = await call('POST', '/share-codes/ada/gpu', ADA)
    expect(body.accept_url).toBe(`/lab/hub/accept-share?code=${body.code}`)
    expect(body.full_accept_url).toBeNull()
  })

  it('answers the model of a new code', async () => {
    const { call } = await openShareRig()
    const { status, body } = await call('POST', '/share-codes/ada/gpu', ADA, {})
    expect(status).toBe(200)
    expect(body).toEqual({
      server: adasServer('gpu'),
      scopes: ['access:servers!server=ada/gpu'],
      id: expect.stringMatching(/^sc_[1-9]\d*$/),
      created_at: '2026-11-22T21:08:19.673Z',
      expires_at: '2026-11-23T21:08:19.673Z',
      exchange_count: 0,
      last_exchanged_at: null,
      code: expect.stringMatching(/^[\w-]{43}$/),
      accept_url: `/hub/accept-share?code=${body.code}`,
      full_accept_url: `https://hub.example.org/hub/accept-share?code=${body.code}`,
    })
  })

  it('keeps a digest and not the code', async () => {
    const { call, hub } = await openShareRig()
    const { body } = await call('POST', '/share-codes/ada/gpu', ADA)
    const stored = JSON.stringify(await hub.store.list([]))
    expect(stored).toContain(sha256(body.code))
    expect(stored).not.toContain(body.code)
  })

  it.each([
    [60, 60_000],
    ['60', 60_000],
    ['3600', 3_600_000],
    [31_536_000, 365 * DAY],
    [undefined, DAY],
  ])('takes %j for expires_in', async (expires_in, ms) => {
    const { call, hub } = await openShareRig()
    const { body } = await call('POST', '/share-codes/ada/', ADA, { expires_in })
    expect(Date.parse(body.expires_at)).toBe(hub.clock.now() + ms)
  })

  it('gives the scopes that are named, with or without the filter', async () => {
    const { call } = await openShareRig()
    const scopes = ['read:servers!server=ada/', 'access:servers']
    const { body } = await call('POST', '/share-codes/ada/', OPS, { scopes })
    expect(body.scopes).toEqual(['access:servers!server=ada/', 'read:servers!server=ada/'])
  })
})

describe('GET /share-codes/{name} and /share-codes/{name}/{server}', () => {
  it('list codes in the order of their making, without the codes, in an envelope', async () => {
    const { call } = await openShareRig()
    const made: { id: string; code: string }[] = []
    for (const server of ['gpu', '', 'gpu']) {
      made.push((await call('POST', `/share-codes/ada/${server}`, ADA)).body)
    }
    const ids = async (path: string) => {
      const { status, body, text } = await call('GET', path, ADA)
      expect(status).toBe(200)
      for (const { code } of made) expect(text).not.toContain(code)
      return body.items.map(({ id }: { id: string }) => id)
    }
    const [first, second, third] = made.map(({ id }) => id)
    expect(await ids('/share-codes/ada')).toEqual([first, second, third])
    expect(await ids('/share-codes/ada/gpu')).toEqual([first, third])
    expect(await ids('/share-codes/ada/')).toEqual([second])
    expect(await ids('/share-codes/ada?offset=1&limit=1')).toEqual([second])
  })

  it('page with the limits of both media types', async () => {
    const { call } = await openShareRig()
    await call('POST', '/share-codes/ada/', ADA)
    await call('POST', '/share-codes/ada/', ADA)
    const { body } = await call('GET', '/share-codes/ada/?limit=1', ADA)
    expect(body._pagination).toMatchObject({ limit: 1, total: 2, next: { offset: 1 } })
    expect((await call('GET', '/share-codes/ada', ADA)).body._pagination.limit).toBe(200)
    const headers = { authorization: `token ${ADA}`, accept: ENVELOPE_TYPE }
    expect((await call('GET', '/share-codes/ada', headers)).body._pagination.limit).toBe(50)
  })

  it('forget codes that expired', async () => {
    const { call, hub } = await openShareRig()
    await call('POST', '/share-codes/ada/gpu', ADA, { expires_in: 60 })
    const { body: lasting } = await call('POST', '/share-codes/ada/gpu', ADA)
    hub.clock.advance(60_000)
    const { body } = await call('GET', '/share-codes/ada', ADA)
    expect(body).toMatchObject({ items: [{ id: lasting.id }], _pagination: { total: 1 } })
  })

  it('count exchanges', async () => {
    const { call, hub } = await openShareRig()
    const { body: made } = await call('POST', '/share-codes/ada/gpu', ADA)
    hub.clock.advance(1000)
    for (const name of ['grace', 'eve', 'grace']) {
      await exchangeShareCode(hub, made.code, (await findUser(hub, name))!)
    }
    const { body } = await call('GET', '/share-codes/ada/gpu', ADA)
    expect(body.items).toMatchObject([
      { exchange_count: 3, last_exchanged_at: '2026-11-22T21:08:20.673Z' },
    ])
  })
})
