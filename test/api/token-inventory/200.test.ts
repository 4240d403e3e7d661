import { describe, expect, it } from 'vitest'
import { issueToken } from '../../../src/hub/tokens/tokens.ts'
import type { Answer, Rig } from '../harness.ts'
import { ADA, OPS, openRig, SERVICE } from '../harness.ts'
import { CONFIGURED, namesIn, note, openInventory, TUTOR } from './setup.ts'

/** All pages of a list. */
async function pages({ call }: Rig, query: string, who = OPS): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let after = ''; ; ) {
    const answer = await call('GET', `/tokens?${query}${after}`, who)
    answers.push(answer)
    const { next } = answer.body._pagination
    if (next === null) return answers
    after = `&after=${next.after}`
  }
}

const SINCE = '2026-11-22T21:08:30Z'

describe('GET /tokens', () => {
  it('lists the tokens of all users and services, with their owners and without secrets', async () => {
    const rig = await openInventory()
    const made = await note(rig, 'ada', 'lab', { scopes: ['access:servers!user'] })
    const { status, body, text } = await rig.call('GET', '/tokens')
    expect(status).toBe(200)
    expect(body._pagination).toEqual({ limit: 50, next: null })
    const owners = body.items.map((item: { owner: { name: string } }) => item.owner.name)
    expect(owners.slice(0, 4).sort()).toEqual(CONFIGURED)
    expect(body.items.at(-1)).toEqual({
      user: 'ada',
      owner: { kind: 'user', name: 'ada' },
      id: made.id,
      kind: 'api_token',
      token_kind: 'notebook',
      roles: [],
      scopes: ['access:servers!user=ada', 'read:users:groups!user=ada', 'read:users:name!user=ada'],
      created: '2026-11-22T21:08:19.673Z',
      last_activity: null,
      expires_at: null,
      note: 'lab',
      session_id: null,
      oauth_client: 'JupyterHub',
    })
    expect(text).not.toContain(made.token)
    expect(text).not.toContain(ADA)
  })

  it('shows only owners whom the scope names, and services to nobody with a filter', async () => {
    const rig = await openInventory()
    for (const user of ['ada', 'bob', 'cyd', 'eve']) await note(rig, user, 'x')
    const tutor = await rig.call('GET', '/tokens', TUTOR)
    expect(namesIn(tutor)).toEqual(['bob x', 'cyd x', 'grace from config'])
    expect(namesIn(await rig.call('GET', '/tokens', ADA))).toEqual(['ada from config', 'ada x'])
    const one = await rig.tokenOf('ops', ['read:tokens!user=eve', 'read:tokens!user=nobody'])
    expect(namesIn(await rig.call('GET', '/tokens', one))).toEqual(['eve x'])
    const service = await rig.call('GET', '/tokens?owner_kind=service', TUTOR)
    expect(namesIn(service)).toEqual([])
    expect(namesIn(await rig.call('GET', '/tokens?owner_kind=service'))).toEqual([
      'announce from config',
    ])
  })

  it('does not tell owners out of reach from those who do not exist', async () => {
    const rig = await openInventory()
    await note(rig, 'eve', 'x')
    const ask = (owner: string, who: string) => rig.call('GET', `/tokens?owner=${owner}`, who)
    expect(namesIn(await ask('Eve', OPS))).toEqual(['eve x'])
    const [eve, nobody, service] = [
      await ask('eve', TUTOR),
      await ask('nobody', TUTOR),
      await ask('announce', TUTOR),
    ]
    expect(eve.body).toEqual({ items: [], _pagination: { limit: 50, next: null } })
    expect(nobody.body).toEqual(eve.body)
    expect(service.body).toEqual(eve.body)
  })

  it('takes a service and a user of one name for two, unless it is told which', async () => {
    const rig = await openInventory()
    await rig.call('POST', '/users/announce')
    await note(rig, 'announce', 'person')
    const both = await rig.call('GET', '/tokens?owner=announce')
    expect(namesIn(both)).toEqual(['announce from config', 'announce person'])
    const user = await rig.call('GET', '/tokens?owner=announce&owner_kind=user')
    expect(namesIn(user)).toEqual(['announce person'])
  })

  it('narrows by kind and by a part of the note', async () => {
    const rig = await openInventory()
    await note(rig, 'bob', 'Grading in R', { scopes: ['access:servers!user'] })
    await note(rig, 'cyd', 'grades')
    expect(namesIn(await rig.call('GET', '/tokens?kind=notebook'))).toEqual(['bob Grading in R'])
    const noted = await rig.call('GET', '/tokens?note=GRAD')
    expect(namesIn(noted)).toEqual(['bob Grading in R', 'cyd grades'])
    expect(namesIn(await rig.call('GET', '/tokens?note=GRAD&kind=hub'))).toEqual(['cyd grades'])
  })

  it('narrows by scope: by itself, by what brings it, and by inherit', async () => {
    const rig = await openInventory()
    await note(rig, 'bob', 'servers', { scopes: ['servers!user'] })
    await note(rig, 'cyd', 'reading', { scopes: ['read:servers!server=cyd/lab'] })
    await note(rig, 'eve', 'all')
    await note(rig, 'eve', 'none', { scopes: [] })
    const ask = async (scope: string) => namesIn(await rig.call('GET', `/tokens?scope=${scope}`))
    const inherited = ['ada', 'grace', 'ops'].map((name) => `${name} from config`)
    expect(await ask('read:servers')).toEqual(
      [...inherited, 'bob servers', 'cyd reading', 'eve all'].sort(),
    )
    expect(await ask('delete:servers')).toEqual([...inherited, 'bob servers', 'eve all'].sort())
    expect(await ask('admin:users')).toEqual(['ops from config'])
    expect(await ask('inherit')).toEqual([...inherited, 'announce from config', 'eve all'].sort())
    expect(await ask('read:servers!server=cyd/lab')).toEqual(['cyd reading', 'ops from config'])
    expect(await ask('read:servers!server=cyd/')).toEqual(['ops from config'])
    expect(await ask('servers!user')).toEqual([...inherited, 'bob servers', 'eve all'].sort())
    expect(await ask('read:users!user=bob')).toEqual(['grace from config', 'ops from config'])
  })

  it('finds a scope that the owner of a token may not use any more', async () => {
    const rig = await openInventory()
    await rig.call('PATCH', '/users/eve', OPS, { admin: true })
    await note(rig, 'eve', 'was admin', { scopes: ['shutdown'] })
    await rig.call('PATCH', '/users/eve', OPS, { admin: false })
    const found = await rig.call('GET', '/tokens?scope=shutdown&owner=eve')
    expect(namesIn(found)).toEqual(['eve was admin'])
    expect(found.body.items[0].scopes).not.toContain('shutdown')
  })

  it('narrows by use, by age and by end', async () => {
    const rig = await openInventory()
    const used = await note(rig, 'bob', 'used')
    await note(rig, 'bob', 'idle')
    await note(rig, 'cyd', 'short', { expires_in: 3600 })
    rig.hub.clock.advance(60_000)
    await note(rig, 'eve', 'new')
    await rig.call('GET', '/user', used.token)
    const ask = async (query: string) => {
      const names = namesIn(await rig.call('GET', `/tokens?owner_kind=user&${query}`))
      return names.filter((name) => !name.endsWith('from config'))
    }
    expect(await ask(`unused_since=${SINCE}`)).toEqual(['bob idle', 'cyd short'])
    expect(await ask(`created_before=${SINCE}`)).toEqual(['bob idle', 'bob used', 'cyd short'])
    expect(await ask('expires=never')).toEqual(['bob idle', 'bob used', 'eve new'])
    expect(await ask('expires=2026-11-22T23:00:00Z')).toEqual(['cyd short'])
    expect(await ask('expires=2026-11-22T22:00:00Z')).toEqual([])
  })

  it('lists each token once on pages of one, whatever comes and goes meanwhile', async () => {
    const rig = await openInventory()
    for (const user of ['bob', 'cyd', 'eve']) {
      for (const text of ['1', '2']) await note(rig, user, text)
    }
    const all = namesIn((await pages(rig, 'limit=50'))[0]!)
    const single = await pages(rig, 'limit=1')
    expect(single.flatMap(namesIn).sort()).toEqual(all)
    expect(single).toHaveLength(all.length)
    const group = await pages(rig, 'limit=1', TUTOR)
    expect(group.flatMap(namesIn).sort()).toEqual([
      'bob 1',
      'bob 2',
      'cyd 1',
      'cyd 2',
      'grace from config',
    ])
    const first = await rig.call('GET', '/tokens?limit=3&owner_kind=user&note=1')
    await note(rig, 'ada', '1')
    await rig.call('DELETE', `/users/bob/tokens/${first.body.items[0].id}`)
    expect(namesIn(first)).toEqual(['bob 1', 'cyd 1', 'eve 1'])
    expect(first.body._pagination.next).toBeNull()
  })

  it('goes on behind a cursor whose token is gone', async () => {
    const rig = await openInventory()
    for (const text of ['1', '2', '3']) await note(rig, 'bob', text)
    const first = await rig.call('GET', '/tokens?owner=bob&limit=2')
    const { after, url } = first.body._pagination.next
    await rig.call('DELETE', `/users/bob/tokens/${first.body.items[1].id}`)
    const second = await rig.call('GET', `/tokens?owner=bob&limit=2&after=${after}`)
    expect(namesIn(second)).toEqual(['bob 3'])
    expect(new URL(url).search).toBe(`?owner=bob&limit=2&after=${after}`)
  })

  it('answers short pages with a cursor when it has looked at many tokens', async () => {
    const rig = await openRig()
    const { body: me } = await rig.call('GET', '/user', ADA)
    expect(me.name).toBe('ada')
    const { id } = (await rig.hub.store.get<{ id: string }>(['user', 'ada']))!.value
    const owner = { kind: 'user', name: 'ada', id } as const
    for (let i = 0; i < 1100; i++) {
      await issueToken(rig.hub, { owner, scopes: [], note: `n${i}`, expiresAt: null })
    }
    const found = await pages(rig, 'note=n1099')
    expect(found.length).toBeGreaterThan(1)
    expect(namesIn(found[0]!)).toEqual([])
    expect(found.flatMap(namesIn)).toEqual(['ada n1099'])
  })

  it('has as many on a page as is asked for, within the configured limit', async () => {
    const { call } = await openRig({
      config: { api_page_default_limit: 2, api_page_max_limit: 3 },
    })
    const limitOf = async (query: string) =>
      (await call('GET', `/tokens${query}`)).body._pagination.limit
    expect(await limitOf('')).toBe(2)
    expect(await limitOf('?limit=1000')).toBe(3)
    expect(await limitOf('?limit=0')).toBe(1)
  })
})

describe('DELETE /tokens', () => {
  it('ends the tokens that match, and their live connections with them', async () => {
    const rig = await openInventory()
    const one = await note(rig, 'bob', 'leaked')
    const two = await note(rig, 'eve', 'Leaked too')
    const other = await note(rig, 'eve', 'mine')
    const { status, body } = await rig.call('DELETE', '/tokens?note=leaked')
    expect(status).toBe(200)
    expect(body).toEqual({ dry_run: false, revoked: 2, kept: [], next: null })
    for (const { token } of [one, two]) {
      expect((await rig.call('GET', '/user', token)).status).toBe(403)
    }
    expect((await rig.call('GET', '/user', other.token)).status).toBe(200)
  })

  it('only counts when it is told so', async () => {
    const rig = await openInventory()
    const { token } = await note(rig, 'bob', 'leaked')
    const { body } = await rig.call('DELETE', '/tokens?note=leaked&dry_run=true')
    expect(body).toEqual({ dry_run: true, revoked: 1, kept: [], next: null })
    expect((await rig.call('GET', '/user', token)).status).toBe(200)
    const done = await rig.call('DELETE', '/tokens?note=leaked&dry_run=false')
    expect(done.body).toMatchObject({ dry_run: false, revoked: 1 })
  })

  it('keeps what the config map has, the token that asks, and tells why', async () => {
    const rig = await openInventory()
    const asking = await note(rig, 'ops', 'asking')
    await note(rig, 'ops', 'another')
    const { body } = await rig.call('DELETE', '/tokens?owner=ops', asking.token)
    const owner = { kind: 'user', name: 'ops' }
    expect(body.revoked).toBe(1)
    expect(body.kept).toEqual([
      { id: expect.stringMatching(/^c/), owner, reason: expect.stringMatching(/configuration/) },
      { id: asking.id, owner, reason: expect.stringMatching(/the token that asks/) },
    ])
    expect((await rig.call('GET', '/user', asking.token)).status).toBe(200)
  })

  it('keeps tokens of admins from those who are none', async () => {
    const rig = await openInventory(['tokens'])
    const admin = await note(rig, 'ops', 'x')
    const user = await note(rig, 'bob', 'x')
    const { body } = await rig.call('DELETE', '/tokens?note=x', SERVICE)
    expect(body).toMatchObject({
      revoked: 1,
      kept: [{ id: admin.id, reason: 'Only admins can revoke tokens of admins.' }],
    })
    expect((await rig.call('GET', '/user', admin.token)).status).toBe(200)
    expect((await rig.call('GET', '/user', user.token)).status).toBe(403)
  })

  it('reaches only owners whom the scope names', async () => {
    const rig = await openInventory()
    const [bob, eve] = [await note(rig, 'bob', 'x'), await note(rig, 'eve', 'x')]
    const { body } = await rig.call('DELETE', '/tokens?note=x', TUTOR)
    expect(body).toEqual({ dry_run: false, revoked: 1, kept: [], next: null })
    expect((await rig.call('GET', '/user', bob.token)).status).toBe(403)
    expect((await rig.call('GET', '/user', eve.token)).status).toBe(200)
    const named = await rig.call('DELETE', '/tokens?owner=eve', TUTOR)
    expect(named.body).toMatchObject({ revoked: 0, kept: [] })
    expect((await rig.call('GET', '/user', eve.token)).status).toBe(200)
  })

  it('goes batch by batch to the end', async () => {
    const rig = await openInventory()
    for (let i = 0; i < 7; i++) await note(rig, 'bob', `n${i}`)
    const counts: number[] = []
    for (let after = ''; ; ) {
      const { body } = await rig.call('DELETE', `/tokens?owner=bob&limit=3${after}`)
      counts.push(body.revoked)
      if (body.next === null) break
      after = `&after=${body.next}`
    }
    expect(counts).toEqual([3, 3, 1])
    expect((await rig.call('GET', '/users/bob/tokens')).body.api_tokens).toEqual([])
  })

  it('counts each token once when two do the same at the same time', async () => {
    const rig = await openInventory()
    for (let i = 0; i < 10; i++) await note(rig, 'bob', 'x')
    const both = await Promise.all([
      rig.call('DELETE', '/tokens?note=x'),
      rig
        .call('DELETE', '/tokens?note=x', SERVICE)
        .then(() => rig.call('DELETE', '/tokens?note=x')),
      rig.call('DELETE', '/tokens?note=x'),
    ])
    const revoked = both.map(({ body }) => body.revoked as number)
    expect(revoked.reduce((sum, count) => sum + count, 0)).toBe(10)
    expect((await rig.call('GET', '/users/bob/tokens')).body.api_tokens).toEqual([])
  })
})
