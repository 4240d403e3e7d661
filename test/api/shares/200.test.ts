import { describe, expect, it } from 'vitest'
import { findUser } from '../../../src/hub/users/users.ts'
import { putServer } from '../../support/people.ts'
import { ADA, GRACE, OPS } from '../harness.ts'
import { adasServer, ENVELOPE_TYPE, openShareRig } from './support.ts'

const READY = { wanted: 'running', phase: 'ready', url: 'http://127.0.0.1:9' } as const

describe('POST /shares/{name}/{server}', () => {
  it('shares a named server with a user: opening it, when no scopes are named', async () => {
    const { call } = await openShareRig()
    const { status, body } = await call('POST', '/shares/ada/gpu', ADA, { user: 'Grace' })
    expect(status).toBe(200)
    expect(body).toEqual({
      server: adasServer('gpu'),
      scopes: ['access:servers!server=ada/gpu'],
      user: { name: 'grace' },
      group: null,
      kind: 'user',
      created_at: '2026-11-22T21:08:19.673Z',
    })
  })

  it('shares a default server that was never started, with a group', async () => {
    const { call } = await openShareRig()
    const body = { group: 'class-a', scopes: null, user: null }
    const answer = await call('POST', '/shares/ada/', ADA, body)
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({
      server: adasServer(''),
      scopes: ['access:servers!server=ada/'],
      user: null,
      group: { name: 'class-a' },
      kind: 'group',
    })
  })

  it.each([
    [[], ['access:servers']],
    [
      ['access:servers', 'access:servers!server=ada/gpu', 'read:servers!server=ADA/gpu'],
      ['access:servers', 'read:servers'],
    ],
  ])('takes %j with or without the filter, and shows them sorted', async (scopes, bases) => {
    const { call } = await openShareRig()
    const { body } = await call('POST', '/shares/ada/gpu', OPS, { user: 'grace', scopes })
    expect(body.scopes).toEqual(bases.map((base) => `${base}!server=ada/gpu`))
  })

  it('adds to a share that there is, which keeps its time', async () => {
    const { call, hub } = await openShareRig()
    const grant = (scopes: string[]) =>
      call('POST', '/shares/ada/gpu', OPS, { user: 'grace', scopes })
    const first = await grant(['read:servers'])
    hub.clock.advance(5000)
    const second = await grant(['access:servers'])
    expect(second.body.created_at).toBe(first.body.created_at)
    expect(second.body.scopes).toEqual([
      'access:servers!server=ada/gpu',
      'read:servers!server=ada/gpu',
    ])
    expect((await grant(['read:servers'])).body).toEqual(second.body)
    expect((await call('GET', '/shares/ada')).body._pagination.total).toBe(1)
  })

  it('makes one share of grants that come at once', async () => {
    const { call } = await openShareRig()
    const scopes = ['access:servers', 'read:servers', 'start:servers', 'delete:servers']
    const answers = await Promise.all(
      scopes.map((scope) =>
        call('POST', '/shares/ada/gpu', OPS, { user: 'grace', scopes: [scope] }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const { body } = await call('GET', '/shares/ada/gpu')
    expect(body.items).toHaveLength(1)
    expect(body.items[0].scopes).toHaveLength(4)
  })

  it('says whether the server can be opened, and follows the owner’s name', async () => {
    const { call, hub } = await openShareRig()
    const share = () => call('GET', '/users/grace/shared').then(({ body }) => body.items[0])
    await call('POST', '/shares/ada/gpu', ADA, { user: 'grace' })
    expect((await share()).server.ready).toBe(false)
    const ada = (await findUser(hub, 'ada'))!
    await putServer(hub, ada, 'gpu', READY)
    expect((await share()).server.ready).toBe(true)
    await putServer(hub, ada, 'gpu')
    await call('PATCH', '/users/ada', OPS, { name: 'countess' })
    expect(await share()).toMatchObject({
      server: { user: { name: 'countess' }, url: '/user/countess/gpu/' },
      scopes: ['access:servers!server=countess/gpu'],
    })
  })

  it('has no addresses outside without a public URL', async () => {
    const { call } = await openShareRig({ public_url: undefined })
    const { body } = await call('POST', '/shares/ada/gpu', ADA, { user: 'grace' })
    expect(body.server.full_url).toBeNull()
  })
})

describe('GET /shares/{name} and /shares/{name}/{server}', () => {
  it('list shares in the order of their making, always in an envelope', async () => {
    const { call } = await openShareRig()
    await call('POST', '/shares/ada/gpu', ADA, { user: 'grace' })
    await call('POST', '/shares/ada/', ADA, { user: 'eve' })
    await call('POST', '/shares/ada/gpu', ADA, { group: 'class-a' })
    const grantees = async (path: string) => {
      const { status, body } = await call('GET', path, ADA)
      expect(status).toBe(200)
      return body.items.map((one: { user: unknown; group: unknown }) => one.user ?? one.group)
    }
    const [grace, eve, group] = [{ name: 'grace' }, { name: 'eve' }, { name: 'class-a' }]
    expect(await grantees('/shares/ada')).toEqual([grace, eve, group])
    expect(await grantees('/shares/ada/gpu')).toEqual([grace, group])
    expect(await grantees('/shares/ada/')).toEqual([eve])
    expect(await grantees('/shares/ada?offset=1&limit=1')).toEqual([eve])
  })

  it('page with the limits of both media types', async () => {
    const { call } = await openShareRig()
    await call('POST', '/shares/ada/gpu', ADA, { user: 'grace' })
    await call('POST', '/shares/ada/', ADA, { user: 'grace' })
    const plain = await call('GET', '/shares/ada', ADA)
    expect(plain.body._pagination).toEqual({ offset: 0, limit: 200, total: 2, next: null })
    const headers = { authorization: `token ${ADA}`, accept: ENVELOPE_TYPE }
    expect((await call('GET', '/shares/ada', headers)).body._pagination.limit).toBe(50)
    const { body } = await call('GET', '/shares/ada?limit=1', ADA)
    expect(body.items).toHaveLength(1)
    expect(body._pagination.next).toEqual({
      offset: 1,
      limit: 1,
      url: 'https://hub.example.org/hub/api/shares/ada?limit=1&offset=1',
    })
  })

  it('are empty for a user who shares nothing', async () => {
    const { call } = await openShareRig()
    const { body } = await call('GET', '/shares/grace', GRACE)
    expect(body).toMatchObject({ items: [], _pagination: { total: 0, next: null } })
  })
})

describe('PATCH /shares/{name}/{server}', () => {
  const all = ['access:servers', 'read:servers', 'start:servers']

  it.each([
    [['read:servers'], ['access:servers', 'start:servers']],
    [['read:servers!server=ada/gpu', 'start:servers'], ['access:servers']],
    [['delete:servers'], all],
  ])('takes %j back and answers what is left', async (scopes, left) => {
    const { call } = await openShareRig()
    await call('POST', '/shares/ada/gpu', OPS, { user: 'grace', scopes: all })
    const answer = await call('PATCH', '/shares/ada/gpu', ADA, { user: 'grace', scopes })
    expect(answer.status).toBe(200)
    expect(answer.body.scopes).toEqual(left.map((base) => `${base}!server=ada/gpu`))
  })

  it.each([[{}], [{ scopes: null }], [{ scopes: [] }], [{ scopes: all }]])(
    'ends the share with %j',
    async (rest) => {
      const { call } = await openShareRig()
      await call('POST', '/shares/ada/gpu', OPS, { group: 'class-a', scopes: all })
      const answer = await call('PATCH', '/shares/ada/gpu', ADA, { group: 'class-a', ...rest })
      expect([answer.status, answer.body]).toEqual([200, {}])
      expect((await call('GET', '/shares/ada')).body.items).toEqual([])
      expect((await call('GET', '/groups/class-a/shared')).body.items).toEqual([])
    },
  )

  it.each([[{ user: 'nobody' }], [{ user: 'grace' }], [{ group: 'none' }], [{ user: 'a/b' }]])(
    'answers {} for %j, with whom nothing is shared',
    async (body) => {
      const { call } = await openShareRig()
      const answer = await call('PATCH', '/shares/ada/gpu', ADA, body)
      expect([answer.status, answer.body]).toEqual([200, {}])
    },
  )

  it('leaves the shares with others alone', async () => {
    const { call } = await openShareRig()
    await call('POST', '/shares/ada/gpu', ADA, { user: 'grace' })
    await call('POST', '/shares/ada/', ADA, { user: 'grace' })
    await call('POST', '/shares/ada/gpu', ADA, { user: 'eve' })
    await call('PATCH', '/shares/ada/gpu', ADA, { user: 'grace' })
    expect((await call('GET', '/shares/ada')).body.items).toMatchObject([
      { server: { name: '' }, user: { name: 'grace' } },
      { server: { name: 'gpu' }, user: { name: 'eve' } },
    ])
  })
})
