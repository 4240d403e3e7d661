import { describe, expect, it } from 'vitest'
import { grantShare } from '../../../../src/hub/shares/shares.ts'
import { findUser } from '../../../../src/hub/users/users.ts'
import type { ServerRecord } from '../../../../src/model/server.ts'
import { putServer } from '../../../support/people.ts'
import type { Answer, Rig, RigOptions } from '../../harness.ts'
import { ADA, GRACE, openRig, SERVICE } from '../../harness.ts'

const READY = { wanted: 'running', phase: 'ready' } as const

async function put(rig: Rig, user: string, name: string, state: Partial<ServerRecord> = READY) {
  const owner = await findUser(rig.hub, user)
  if (owner === undefined) throw new Error(`no ${user}`)
  await putServer(rig.hub, owner, name, state)
  return owner
}

/** ada has a server of each state, grace and ops a ready one. */
async function openBusyRig(options: RigOptions = {}): Promise<Rig> {
  const rig = await openRig(options)
  await put(rig, 'ada', '')
  await put(rig, 'ada', 'end', { wanted: 'stopped', phase: 'stopping' })
  await put(rig, 'ada', 'off', {})
  await put(rig, 'grace', 'lab')
  await put(rig, 'ops', '')
  return rig
}

const namesIn = ({ status, body }: Answer): string[] => {
  expect(status).toBe(200)
  return body.items.map((item: { full_name: string }) => item.full_name)
}

describe('GET /servers', () => {
  it('lists the active servers of all users as the server model, with their owner', async () => {
    const rig = await openBusyRig()
    const answer = await rig.call('GET', '/servers')
    expect(namesIn(answer)).toEqual(['ada/', 'ada/end', 'grace/lab', 'ops/'])
    expect(answer.body._pagination).toEqual({ limit: 50, next: null })
    const model = (await rig.call('GET', '/users/grace/servers/lab')).body
    expect(answer.body.items[2]).toEqual({ ...model, user: 'grace' })
    expect(answer.body.items[2]).toHaveProperty('state')
  })

  it.each([
    ['state=ready', ['ada/', 'grace/lab', 'ops/']],
    ['state=pending', ['ada/end']],
    ['state=stopped', ['ada/off']],
    ['state=all&user=ada', ['ada/', 'ada/end', 'ada/off']],
    ['user=Ada', ['ada/', 'ada/end']],
    ['user=nobody', []],
    ['limit=0', ['ada/']],
    ['limit=-2', ['ada/', 'ada/end']],
  ])('answers %s', async (query, expected) => {
    const { call } = await openBusyRig()
    expect(namesIn(await call('GET', `/servers?${query}`))).toEqual(expected)
  })

  it('finds those that were not used for so long', async () => {
    const rig = await openRig()
    const ada = await put(rig, 'ada', '')
    await put(rig, 'grace', '')
    rig.hub.clock.advance(3_600_000)
    rig.activity.touchServer(ada.id, '')
    expect(namesIn(await rig.call('GET', '/servers?idle_for=3600'))).toEqual(['grace/'])
    expect(namesIn(await rig.call('GET', '/servers?idle_for=3600.5'))).toEqual([])
    const { body } = await rig.call('GET', '/servers?user=ada')
    expect(body.items[0].last_activity).toBe('2026-11-22T22:08:19.673Z')
  })

  it('goes on where the cursor says', async () => {
    const config = { public_url: 'https://hub.example.org/' }
    const rig = await openBusyRig({ config })
    const first = await rig.call('GET', '/servers?limit=3&state=all')
    const { after, limit, url } = first.body._pagination.next
    expect(limit).toBe(3)
    const location = new URL(url)
    expect(location.origin).toBe('https://hub.example.org')
    expect(Object.fromEntries(location.searchParams)).toEqual({ state: 'all', limit: '3', after })
    const path = location.pathname.replace('/hub/api', '') + location.search
    const second = await rig.call('GET', path)
    expect([...namesIn(first), ...namesIn(second)]).toEqual([
      'ada/',
      'ada/end',
      'ada/off',
      'grace/lab',
      'ops/',
    ])
    expect(second.body._pagination).toEqual({ limit: 3, next: null })
  })

  it('keeps to the configured limits', async () => {
    const config = { api_page_default_limit: 1, api_page_max_limit: 2 }
    const { call } = await openBusyRig({ config })
    expect(namesIn(await call('GET', '/servers'))).toHaveLength(1)
    expect(namesIn(await call('GET', '/servers?limit=100'))).toHaveLength(2)
  })
})

describe('GET /servers by those who see some', () => {
  it('shows users their own servers, without the notes of the spawner', async () => {
    const { call } = await openBusyRig()
    const answer = await call('GET', '/servers', ADA)
    expect(namesIn(answer)).toEqual(['ada/', 'ada/end'])
    expect(answer.body.items[0]).not.toHaveProperty('state')
    expect(namesIn(await call('GET', '/servers?user=grace', ADA))).toEqual([])
  })

  it.each<[string[], string[]]>([
    [['read:servers!user=ada'], ['ada/', 'ada/end', 'ada/off']],
    [['read:servers!server=ada/off'], ['ada/off']],
    [
      ['read:servers!server=ada/', 'read:servers!user=ops'],
      ['ada/', 'ops/'],
    ],
    [['read:servers!group=class-a'], ['grace/lab']],
    [
      ['read:servers!group=class-a', 'read:servers!server=grace/lab', 'start:servers'],
      ['grace/lab'],
    ],
    [['read:servers!group=empty'], []],
  ])('shows what %j names', async (scopes, expected) => {
    const load_groups = { 'class-a': { users: ['grace'] }, empty: {} }
    const { call, tokenOf } = await openBusyRig({ config: { load_groups } })
    const token = await tokenOf('ops', scopes)
    expect(namesIn(await call('GET', '/servers?state=all', token))).toEqual(expected)
    for (const user of ['ada', 'grace', 'ops']) {
      const path = `/servers?state=all&user=${user}`
      const theirs = expected.filter((name) => name.startsWith(`${user}/`))
      expect(namesIn(await call('GET', path, token))).toEqual(theirs)
    }
  })

  it('shows notes only of the servers whose notes may be seen', async () => {
    const { call, tokenOf } = await openBusyRig()
    const token = await tokenOf('ops', ['read:servers', 'admin:server_state!user=grace'])
    const { body } = await call('GET', '/servers', token)
    const shown = body.items.filter((item: object) => 'state' in item)
    expect(shown.map((item: { user: string }) => item.user)).toEqual(['grace'])
  })

  it('shows services what their role names', async () => {
    const load_roles = [{ name: 'idler', scopes: ['read:servers'], services: ['announce'] }]
    const { call } = await openBusyRig({ config: { load_roles } })
    expect(namesIn(await call('GET', '/servers', SERVICE))).toHaveLength(4)
  })

  it('shows a server to whom it is shared with', async () => {
    const rig = await openBusyRig()
    const place = { owner: 'ada', server: 'off' }
    await grantShare(rig.hub, place, { kind: 'user', name: 'grace' }, ['read:servers'])
    expect(namesIn(await rig.call('GET', '/servers?state=all', GRACE))).toEqual([
      'ada/off',
      'grace/lab',
    ])
  })

  it('names in a cursor nobody whom the caller does not see', async () => {
    const rig = await openBusyRig()
    const token = await rig.tokenOf('ops', ['read:servers!user=ada', 'read:servers!user=ops'])
    const cursors: string[] = []
    let path = '/servers?limit=1&state=all'
    for (;;) {
      const { next } = (await rig.call('GET', path, token)).body._pagination
      if (next === null) break
      cursors.push(Buffer.from(next.after, 'base64url').toString())
      path = `/servers?limit=1&state=all&after=${next.after}`
    }
    expect(cursors.length).toBeGreaterThan(2)
    expect(cursors.join()).not.toContain('grace')
  })
})
