import { describe, expect, it } from 'vitest'
import { createUsers } from '../../../src/hub/users/users.ts'
import { putServer } from '../../support/people.ts'
import { ADA, OPS, openRig, SERVICE } from '../harness.ts'

const names = (users: { name: string }[]): string[] => users.map((user) => user.name)

const ENVELOPE = {
  authorization: `token ${OPS}`,
  accept: 'text/plain, application/jupyterhub-pagination+json',
}

describe('GET /users', () => {
  it('answers every member of the model to an admin', async () => {
    const { call } = await openRig()
    const { status, body } = await call('GET', '/users')
    expect(status).toBe(200)
    expect(names(body)).toEqual(['ops', 'ada', 'grace'])
    expect(body[1]).toEqual({
      kind: 'user',
      name: 'ada',
      admin: false,
      user_info: null,
      roles: ['user'],
      groups: [],
      server: null,
      pending: null,
      created: '2026-11-22T21:08:19.673Z',
      last_activity: null,
      servers: {},
      auth_state: null,
    })
  })

  it('takes a part with offset and limit, of which the size counts', async () => {
    const { call } = await openRig()
    expect(names((await call('GET', '/users?offset=-1&limit=1')).body)).toEqual(['ada'])
    expect(names((await call('GET', '/users?limit=0')).body)).toEqual(['ops'])
    expect((await call('GET', '/users?offset=99999999999999999999')).body).toEqual([])
  })

  it('answers an envelope that leads to the next page and keeps the other parameters', async () => {
    const { call } = await openRig()
    const { body } = await call('GET', '/users?limit=1&sort=name&x=', ENVELOPE)
    expect(names(body.items)).toEqual(['ada'])
    expect(body._pagination).toEqual({
      offset: 0,
      limit: 1,
      total: 3,
      next: {
        offset: 1,
        limit: 1,
        url: 'http://hub.test/hub/api/users?limit=1&sort=name&x=&offset=1',
      },
    })
    const next = new URL(body._pagination.next.url)
    const second = await call('GET', `/users${next.search}`, ENVELOPE)
    expect(names(second.body.items)).toEqual(['grace'])
  })

  it('ends the pages with a null and speaks of the public URL', async () => {
    const { call } = await openRig({ config: { public_url: 'https://hub.example.org/' } })
    const first = await call('GET', '/users?limit=2', ENVELOPE)
    expect(first.body._pagination.next.url).toMatch(
      /^https:\/\/hub\.example\.org\/hub\/api\/users\?/,
    )
    const last = await call('GET', '/users?limit=2&offset=2', ENVELOPE)
    expect(last.body._pagination).toMatchObject({ total: 3, next: null })
  })

  it('has 50 on a page of an envelope, 200 without one, and never more', async () => {
    const { call, hub } = await openRig()
    await createUsers(
      hub,
      Array.from({ length: 230 }, (_, i) => `student-${i}`),
      { admin: false },
    )
    expect((await call('GET', '/users', ENVELOPE)).body.items).toHaveLength(50)
    expect((await call('GET', '/users')).body).toHaveLength(200)
    expect((await call('GET', '/users?limit=1000', ENVELOPE)).body.items).toHaveLength(200)
  })

  it('does not take the media type with a parameter for the envelope', async () => {
    const { call } = await openRig()
    const accept = 'application/jupyterhub-pagination+json;q=1'
    const { body } = await call('GET', '/users', { authorization: `token ${OPS}`, accept })
    expect(body).toHaveLength(3)
  })

  it('sorts by name, and by activity with those who were never active first', async () => {
    const { call, activity, hub } = await openRig()
    const [late] = await createUsers(hub, ['late'], { admin: false })
    activity.touchUser(late?.id ?? '')
    await activity.flush()
    expect(names((await call('GET', '/users?sort=-name', OPS)).body)).toEqual([
      'ops',
      'late',
      'grace',
      'ada',
    ])
    await activity.flush()
    const sorted = names((await call('GET', '/users?sort=last_activity')).body)
    expect(sorted.slice(0, 2)).toEqual(['ada', 'grace'])
    expect(sorted.slice(2).sort()).toEqual(['late', 'ops'])
    const backwards = names((await call('GET', '/users?sort=-last_activity')).body)
    expect(backwards.slice(0, 2).sort()).toEqual(['late', 'ops'])
    expect(names((await call('GET', '/users?sort=-id')).body)[0]).toBe('late')
  })

  it('finds parts of names in any case, as they stand', async () => {
    const { call } = await openRig()
    expect(names((await call('GET', '/users?name_filter=RAC')).body)).toEqual(['grace'])
    expect(names((await call('GET', '/users?name_filter=%20ada%20')).body)).toEqual(['ada'])
    expect((await call('GET', '/users?name_filter=%25')).body).toEqual([])
    expect((await call('GET', '/users?name_filter=')).body).toHaveLength(3)
  })

  it('filters by the state of the servers and shows the active ones', async () => {
    const { call, hub } = await openRig()
    const [busy, idle] = await createUsers(hub, ['busy', 'idle'], { admin: false })
    if (busy === undefined || idle === undefined) throw new Error('no users')
    await putServer(hub, busy, '', { wanted: 'running', phase: 'ready', url: 'http://127.0.0.1:1' })
    await putServer(hub, idle, 'gpu')
    const active = (await call('GET', '/users?state=active')).body
    expect(names(active)).toEqual(['busy'])
    expect(active[0]).toMatchObject({ server: '/user/busy/', pending: null })
    expect(Object.keys(active[0].servers)).toEqual([''])
    expect(names((await call('GET', '/users?state=inactive')).body)).not.toContain('busy')
    expect((await call('GET', '/users?state=')).body).toHaveLength(5)
    const all = (await call('GET', '/users?include_stopped_servers')).body
    const servers = Object.fromEntries(
      all.map((user: { name: string; servers: object }) => [user.name, Object.keys(user.servers)]),
    )
    expect(servers).toMatchObject({ idle: ['', 'gpu'], ada: [''] })
    expect((await call('GET', '/users?include_stopped_servers=False')).body[0].servers).toEqual({})
  })

  it('tells servers that are ready from those that are only active', async () => {
    const { call, hub } = await openRig()
    const [slow, quick] = await createUsers(hub, ['slow', 'quick'], { admin: false })
    if (slow === undefined || quick === undefined) throw new Error('no users')
    await putServer(hub, slow, '', { wanted: 'running', phase: 'spawning' })
    await putServer(hub, quick, 'gpu', {
      wanted: 'running',
      phase: 'ready',
      url: 'http://127.0.0.1:1',
    })
    expect(names((await call('GET', '/users?state=active')).body)).toEqual(['slow', 'quick'])
    expect(names((await call('GET', '/users?state=ready')).body)).toEqual(['quick'])
    const inactive = names((await call('GET', '/users?state=inactive&sort=-name')).body)
    expect(inactive).toEqual(['ops', 'grace', 'ada'])
    const [pending] = (await call('GET', '/users?name_filter=slow')).body
    expect(pending).toMatchObject({ server: null, pending: 'spawn' })
  })

  it('touches the activity of the token and its owner', async () => {
    const { call } = await openRig()
    await call('GET', '/users/ada', ADA)
    const { body } = await call('GET', '/users/ada')
    expect(body.last_activity).toBe('2026-11-22T21:08:19.673Z')
  })
})

describe('GET /users with fewer scopes', () => {
  it('answers only what list:users shows when nothing else is held', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ops', ['list:users'])
    const { body } = await call('GET', '/users', token)
    expect(body[1]).toEqual({ kind: 'user', name: 'ada', admin: false, user_info: null })
  })

  it('shows only the users that a filter names', async () => {
    const config = {
      load_groups: { 'class-a': { users: ['ada', 'ben'] } },
      load_roles: [
        { name: 'grader', scopes: ['list:users!group=class-a'], services: ['announce'] },
      ],
    }
    const { call } = await openRig({ config })
    const { body } = await call('GET', '/users', SERVICE)
    expect(names(body).sort()).toEqual(['ada', 'ben'])
  })

  it('counts only those whom the filter names, on every page', async () => {
    const { call, tokenOf } = await openRig({ config: { load_groups: { a: { users: ['ada'] } } } })
    const token = await tokenOf('ops', ['list:users!group=a', 'list:users!user=grace'])
    const headers = { ...ENVELOPE, authorization: `token ${token}` }
    const { body } = await call('GET', '/users?limit=1&offset=1', headers)
    expect(names(body.items)).toEqual(['grace'])
    expect(body._pagination).toMatchObject({ total: 2, next: null })
  })

  it('hides all but the token owner from a token narrowed to them', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ops', ['list:users!user=ada'])
    expect(names((await call('GET', '/users', token)).body)).toEqual(['ada'])
  })

  it('shows nobody whom no filter names, however they are asked for', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ops', ['list:users!user=ada', 'read:users'])
    for (const query of ['name_filter=grace', 'state=inactive', 'sort=-name', 'offset=0']) {
      const found = names((await call('GET', `/users?${query}`, token)).body)
      expect(found.filter((name) => name !== 'ada')).toEqual([])
    }
  })

  it('leaves filters of other kinds out of account beside one that fits', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ops', ['list:users!user=ada', 'list:users!server=grace/'])
    expect(names((await call('GET', '/users', token)).body)).toEqual(['ada'])
  })
})
