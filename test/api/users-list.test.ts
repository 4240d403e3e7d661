import { describe, expect, it } from 'vitest'
import { createUsers } from '../../src/hub/users.ts'
import { putServer } from '../support/people.ts'
import { ADA, OPS, openRig, SERVICE } from './harness.ts'

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

  it('hides all but the token owner from a token narrowed to them', async () => {
    const { call, tokenOf } = await openRig()
    const token = await tokenOf('ops', ['list:users!user=ada'])
    expect(names((await call('GET', '/users', token)).body)).toEqual(['ada'])
  })

  it('takes a part with offset and limit, of which the size counts', async () => {
    const { call } = await openRig()
    expect(names((await call('GET', '/users?offset=-1&limit=1')).body)).toEqual(['ada'])
    expect(names((await call('GET', '/users?limit=0')).body)).toEqual(['ops'])
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
  })

  it('finds parts of names in any case', async () => {
    const { call } = await openRig()
    expect(names((await call('GET', '/users?name_filter=RAC')).body)).toEqual(['grace'])
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
    const all = (await call('GET', '/users?include_stopped_servers')).body
    const servers = Object.fromEntries(
      all.map((user: { name: string; servers: object }) => [user.name, Object.keys(user.servers)]),
    )
    expect(servers).toMatchObject({ idle: ['', 'gpu'], ada: [''] })
    expect((await call('GET', '/users?include_stopped_servers=False')).body[0].servers).toEqual({})
  })

  it('touches the activity of the token and its owner', async () => {
    const { call } = await openRig()
    await call('GET', '/users/ada', ADA)
    const { body } = await call('GET', '/users/ada')
    expect(body.last_activity).toBe('2026-11-22T21:08:19.673Z')
  })
})
