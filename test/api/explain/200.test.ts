import { describe, expect, it } from 'vitest'
import { createUsers } from '../../../src/hub/users/users.ts'
import { ADA, GRACE, OPS, openRig, SERVICE } from '../harness.ts'

const GRADER = {
  load_groups: { 'class-a': { users: ['bob'] }, graders: { users: ['ada'] } },
  load_roles: [{ name: 'grader', scopes: ['read:users!group=class-a'], groups: ['graders'] }],
}

const JSON_TYPE = { 'content-type': 'application/json' }

async function openClass() {
  const rig = await openRig({ config: GRADER })
  await createUsers(rig.hub, ['eve'], { admin: false })
  return rig
}

describe('POST /authorize/explain', () => {
  it("explains one's own token: what it was made for, what the owner holds, and by which role", async () => {
    const { call } = await openClass()
    const { status, body } = await call('POST', '/authorize/explain', ADA, {
      scope: 'read:users',
      resource: { user: 'Bob' },
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      allowed: true,
      scope: 'read:users',
      resource: { user: 'bob' },
      subject: {
        kind: 'user',
        name: 'ada',
        admin: false,
        token_id: expect.stringMatching(/^c/),
        token_kind: 'hub',
      },
      reason:
        'The token holds read:users for group=class-a, which reaches the user bob; ada has that by the role grader.',
      steps: [
        { step: 'kind', ok: true, token_kind: 'hub' },
        {
          step: 'token',
          ok: true,
          answer: 'yes',
          held_for: ['group=class-a', 'user=ada'],
          covered_by: ['group=class-a'],
          inherits: true,
          scopes: ['inherit'],
        },
        {
          step: 'owner',
          ok: true,
          answer: 'yes',
          held_for: ['group=class-a', 'user=ada'],
          covered_by: ['group=class-a'],
          sources: [
            {
              kind: 'role',
              name: 'user',
              through: ['every user'],
              answer: 'elsewhere',
              held_for: ['user=ada'],
              covered_by: [],
            },
            {
              kind: 'role',
              name: 'grader',
              through: ['group graders'],
              answer: 'yes',
              held_for: ['group=class-a'],
              covered_by: ['group=class-a'],
            },
          ],
        },
        {
          step: 'together',
          ok: true,
          answer: 'yes',
          held_for: ['group=class-a', 'user=ada'],
          covered_by: ['group=class-a'],
        },
      ],
      missing: [],
      enough: ['admin:users', 'read:users', 'users'],
    })
  })

  it('says what is missing, and does not tell users who exist from those who do not', async () => {
    const { call } = await openClass()
    const ask = (user: string) =>
      call('POST', '/authorize/explain', ADA, { scope: 'read:users', resource: { user } })
    const [eve, nobody] = [await ask('eve'), await ask('nobody')]
    expect(eve.body).toMatchObject({
      allowed: false,
      missing: ['read:users!user=eve'],
      reason:
        'The user ada may not do it for the user eve: ada has the roles user, grader, and holds read:users only for group=class-a, user=ada.',
    })
    const text = (answer: typeof eve) => JSON.stringify(answer.body).replaceAll('nobody', 'eve')
    expect(text(nobody)).toBe(text(eve))
  })

  it('asks for everything when no resource is named', async () => {
    const { call } = await openRig()
    const ask = (who: string, scope: string) =>
      call('POST', '/authorize/explain', who, { scope }).then(({ body }) => body)
    expect(await ask(OPS, 'read:users')).toMatchObject({ allowed: true, resource: null })
    expect(await ask(ADA, 'read:users')).toMatchObject({
      allowed: false,
      missing: ['read:users'],
    })
    expect(await ask(ADA, 'shutdown')).toMatchObject({ allowed: false, missing: ['shutdown'] })
  })

  it('answers for the one who is signed in, in a browser', async () => {
    const { call, browserOf } = await openRig()
    const { headers, xsrf } = await browserOf('ada')
    const { body } = await call(
      'POST',
      '/authorize/explain',
      { ...headers, ...JSON_TYPE, 'x-xsrftoken': xsrf },
      {
        scope: 'access:servers',
        resource: { server: 'ADA/' },
      },
    )
    expect(body).toMatchObject({
      allowed: true,
      resource: { server: 'ada/' },
      subject: { name: 'ada', token_id: null, token_kind: null },
      reason:
        'The user ada holds access:servers for user=ada, which reaches the server ada/; ada has that by the role user.',
    })
  })

  it('explains a token to whoever has it, and never repeats it', async () => {
    const { call, tokenOf } = await openRig()
    const notebook = await tokenOf('ada', ['access:servers!server=ada/lab'])
    const ask = (scope: string, server: string) =>
      call('POST', '/authorize/explain', GRACE, { scope, resource: { server }, token: notebook })
    const [here, there, hub] = [
      await ask('access:servers', 'ada/lab'),
      await ask('access:servers', 'ada/'),
      await ask('start:servers', 'ada/lab'),
    ]
    expect(here.body).toMatchObject({ allowed: true, subject: { token_kind: 'notebook' } })
    expect(there.body).toMatchObject({
      allowed: false,
      reason:
        'The token was not made with access:servers for the server ada/: it has it only for server=ada/lab.',
      missing: ['access:servers!server=ada/'],
    })
    expect(hub.body).toMatchObject({ allowed: false, reason: /^This is a notebook token/ })
    for (const { text } of [here, there, hub]) expect(text).not.toContain(notebook)
  })

  it('tells the roles of an owner to those only who may read them', async () => {
    const { call, tokenOf } = await openClass()
    const narrow = await tokenOf('ada', ['read:users:name!user=bob'])
    const ask = (who: string) =>
      call('POST', '/authorize/explain', who, {
        scope: 'read:users:name',
        resource: { user: 'bob' },
        token: narrow,
      })
    const stranger = await ask(GRACE)
    expect(stranger.body.allowed).toBe(true)
    expect(stranger.text).not.toContain('grader')
    const itself = await ask(narrow)
    expect(itself.body.steps.map(({ step }: { step: string }) => step)).toEqual([
      'kind',
      'token',
      'together',
    ])
    expect((await ask(ADA)).text).toContain('grader')
    expect((await ask(OPS)).text).toContain('grader')
  })

  it('says that a hub token opens no server, whatever it holds', async () => {
    const { call } = await openRig()
    const { body } = await call('POST', '/authorize/explain', ADA, {
      scope: 'access:servers',
      resource: { server: 'ada/' },
    })
    expect(body).toMatchObject({ allowed: false, missing: [] })
    expect(body.reason).toMatch(/hub tokens open no server/)
  })

  it('explains a token by its id to those who may list it', async () => {
    const { call, tokenOf } = await openRig({
      config: { services: [{ name: 'announce', api_token: SERVICE }] },
    })
    const { body: made } = await call('POST', '/users/ada/tokens', ADA, { scopes: [] })
    const ask = { scope: 'read:users:name', resource: { user: 'ada' }, token_id: made.id }
    const reader = await tokenOf('ops', ['read:tokens!user=ada'])
    for (const who of [OPS, ADA, reader]) {
      const { body } = await call('POST', '/authorize/explain', who, { ...ask, owner: 'Ada' })
      expect(body).toMatchObject({ allowed: true, subject: { name: 'ada', token_id: made.id } })
    }
    const service = await call('GET', '/user', SERVICE)
    const { body } = await call('POST', '/authorize/explain', OPS, {
      scope: 'read:services:name',
      token_id: service.body.token_id,
      owner: 'announce',
      owner_kind: 'service',
    })
    expect(body).toMatchObject({ allowed: false, subject: { kind: 'service', name: 'announce' } })
  })

  it('explains users and services without a token to those who may read their roles', async () => {
    const { call, tokenOf } = await openClass()
    const roles = await tokenOf('ops', ['read:roles'])
    const user = await call('POST', '/authorize/explain', roles, {
      scope: 'read:users',
      resource: { group: 'class-a' },
      user: 'ada',
    })
    expect(user.body).toMatchObject({ allowed: true, subject: { token_id: null } })
    expect(user.body.steps).toMatchObject([{ step: 'owner' }, { step: 'together' }])
    const service = await call('POST', '/authorize/explain', roles, {
      scope: 'list:users',
      service: 'announce',
    })
    expect(service.body).toMatchObject({
      allowed: false,
      subject: { kind: 'service', name: 'announce', admin: false },
      reason:
        'The service announce may not do it for everything: announce has no role, and holds list:users not at all.',
    })
    const own = await call('POST', '/authorize/explain', ADA, { scope: 'tokens', user: 'ada' })
    expect(own.status).toBe(200)
  })

  it('agrees with what requests meet', async () => {
    const { call, tokenOf } = await openClass()
    const tokens = [
      OPS,
      ADA,
      GRACE,
      SERVICE,
      await tokenOf('ada', ['read:users!group=class-a']),
      await tokenOf('ada', ['read:users!user=bob', 'servers!user']),
      await tokenOf('ops', ['admin:users!user=eve']),
      await tokenOf('ada', ['access:servers!user']),
    ]
    for (const user of ['ada', 'bob', 'eve', 'nobody']) {
      for (const token of tokens) {
        const { body } = await call('POST', '/authorize/explain', OPS, {
          scope: 'read:tokens',
          resource: { user },
          token,
        })
        const { status } = await call('GET', `/users/${user}/tokens`, token)
        const isThere = user !== 'nobody'
        expect(body.allowed && isThere).toBe(status === 200)
      }
    }
  })

  it('shows a change of roles, groups and the token at once', async () => {
    const { call, tokenOf } = await openClass()
    const token = await tokenOf('ada', ['read:users!user=bob'])
    const ask = async () =>
      call('POST', '/authorize/explain', OPS, {
        scope: 'read:users',
        resource: { user: 'bob' },
        token,
      })
    expect((await ask()).body.allowed).toBe(true)
    await call('DELETE', '/groups/class-a/users', OPS, { users: ['bob'] })
    const left = await ask()
    expect(left.body).toMatchObject({ allowed: false })
    expect(left.body.reason).toMatch(/^The user ada may not do it for the user bob/)
    await call('POST', '/groups/class-a/users', OPS, { users: ['bob'] })
    expect((await ask()).body.allowed).toBe(true)
  })
})
