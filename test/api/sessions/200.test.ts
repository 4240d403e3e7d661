import { describe, expect, it } from 'vitest'
import { ADA, openRig, SERVICE } from '../harness.ts'
import { signIn } from './support.ts'

describe('GET /users/{name}/sessions', () => {
  it('shows who is signed in where they are, the last used first', async () => {
    const rig = await openRig()
    const { call, hub } = rig
    const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
    const old = await signIn(rig, 'ada', { address: '192.0.2.1', agent })
    await signIn(rig, 'grace')
    hub.clock.advance(60_000)
    const asking = await signIn(rig, 'ada')
    hub.clock.advance(60_000)
    const { status, body } = await call('GET', '/users/ada/sessions', asking.headers)
    expect(status).toBe(200)
    expect(body).toEqual({
      sessions: [
        {
          id: asking.sid,
          created: '2026-11-22T21:09:19.673Z',
          last_activity: '2026-11-22T21:10:19.673Z',
          expires_at: '2026-12-06T21:09:19.673Z',
          address: null,
          user_agent: null,
          current: true,
        },
        {
          id: old.sid,
          created: '2026-11-22T21:08:19.673Z',
          last_activity: '2026-11-22T21:08:19.673Z',
          expires_at: '2026-12-06T21:08:19.673Z',
          address: '192.0.2.1',
          user_agent: agent,
          current: false,
        },
      ],
    })
  })

  it('shows nothing that signs in', async () => {
    const rig = await openRig()
    const { headers } = await signIn(rig, 'ada')
    const { text } = await rig.call('GET', '/users/ada/sessions', headers)
    for (const secret of [headers['cookie']?.split('=')[1], headers['x-xsrftoken']]) {
      expect(text).not.toContain(secret)
    }
    const digests = (await rig.hub.store.list(['session'])).map(({ key }) => String(key[1]))
    for (const digest of digests) expect(text).not.toContain(digest)
  })

  it.each([
    ['a token of the configuration', () => ADA],
    [
      'a token that inherits',
      (tokenOf: (raw: string[]) => Promise<string>) => tokenOf(['inherit']),
    ],
    [
      'a token of all that is theirs',
      (tokenOf: (raw: string[]) => Promise<string>) => tokenOf(['self']),
    ],
  ])('shows their own to %s', async (_name, make) => {
    const rig = await openRig()
    const { sid } = await signIn(rig, 'ada')
    const token = await make((scopes) => rig.tokenOf('ada', scopes))
    const { body } = await rig.call('GET', '/users/ada/sessions', token)
    expect(body.sessions).toMatchObject([{ id: sid, current: false }])
  })

  it('shows those of others to who may change them', async () => {
    const load_roles = [
      { name: 'clerk', scopes: ['admin:users!group=class'], services: ['announce'] },
    ]
    const config = { load_roles, load_groups: { class: { users: ['ada'] } } }
    const rig = await openRig({ config })
    const { sid } = await signIn(rig, 'ada')
    await signIn(rig, 'ops')
    const { body } = await rig.call('GET', '/users/ada/sessions', SERVICE)
    expect(body.sessions).toMatchObject([{ id: sid }])
    const ops = await rig.call('GET', '/users/OPS/sessions')
    expect(ops.body.sessions).toHaveLength(1)
    expect((await rig.call('GET', '/users/grace/sessions')).body).toEqual({ sessions: [] })
  })

  it('no longer shows those that ended', async () => {
    const rig = await openRig()
    const { hub, call } = rig
    await signIn(rig, 'ada')
    hub.clock.advance(14 * 24 * 3_600_000)
    expect((await call('GET', '/users/ada/sessions', ADA)).body).toEqual({ sessions: [] })
  })
})
