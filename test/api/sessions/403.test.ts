import { describe, expect, it } from 'vitest'
import { ADA, expectError, GRACE, openRig, SERVICE } from '../harness.ts'
import { signIn } from './support.ts'

const MISSING = 'Action is not authorized with current scopes; requires any of [admin:users]'
const NOTEBOOK = 'This is a notebook token, and notebook tokens do not authorize the hub API.'
const PATHS = [
  ['GET', ''],
  ['DELETE', ''],
  ['DELETE', '/{id}'],
] as const

describe.each(PATHS)('%s /users/{name}/sessions%s', (method, rest) => {
  const setUp = async (config = {}) => {
    const rig = await openRig({ config })
    const victim = await signIn(rig, 'ada')
    const path = `/users/ada/sessions${rest.replace('{id}', victim.sid)}`
    return {
      ...rig,
      rig,
      victim,
      ask: (who: Parameters<typeof rig.call>[2]) => rig.call(method, path, who),
    }
  }

  it('is not for others', async () => {
    const { ask, rig, victim } = await setUp()
    const grace = await signIn(rig, 'grace')
    for (const who of [GRACE, grace.headers, SERVICE]) expectError(await ask(who), 403, MISSING)
    expect(await victim.lives()).toBe(true)
  })

  it('is not for nobody, nor for a cookie alone', async () => {
    const { ask, victim } = await setUp()
    expectError(await ask(null), 403, null)
    expectError(await ask('a-token-that-nobody-made'), 403, null)
    const cookie = victim.headers['cookie'] ?? ''
    expectError(await ask({ cookie }), 403, "'_xsrf' argument missing or invalid")
    expect(await victim.lives()).toBe(true)
  })

  it('is not for the public id of a session', async () => {
    const { ask, victim } = await setUp()
    const { sid, headers } = victim
    const xsrf = { 'x-xsrftoken': headers['x-xsrftoken'] ?? '' }
    for (const name of ['jupyterhub-session-id', 'hubgate-login']) {
      expectError(await ask({ cookie: `${name}=${sid}`, ...xsrf }), 403, null)
    }
    expectError(await ask(sid), 403, null)
  })

  it.each<[string[]]>([
    [[]],
    [['tokens!user=ada']],
    [['tokens!user=ada', 'read:users!user=ada', 'servers!user=ada']],
    [['users:activity!user=ada']],
  ])('is not for the user’s own token with %j: it does less than a sign-in', async (scopes) => {
    const { ask, tokenOf, victim } = await setUp()
    expectError(await ask(await tokenOf('ada', scopes)), 403, MISSING)
    expect(await victim.lives()).toBe(true)
  })

  it('is not for a token that does no less than a user who may do nothing', async () => {
    const load_roles = [{ name: 'user', description: 'nothing', scopes: [] }]
    const { ask, tokenOf, victim } = await setUp({ load_roles })
    expectError(await ask(await tokenOf('ada', [])), 403, MISSING)
    expectError(await ask(ADA), 403, MISSING)
    expect(await victim.lives()).toBe(true)
  })

  it('is not for notebook tokens', async () => {
    const { ask, tokenOf } = await setUp()
    expectError(await ask(await tokenOf('ada', ['access:servers!user=ada'])), 403, NOTEBOOK)
  })
})

describe.each(['', '/{id}'])('DELETE /users/{name}/sessions%s', (rest) => {
  it('of an admin is for admins (P25)', async () => {
    const load_roles = [{ name: 'clerk', scopes: ['admin:users'], services: ['announce'] }]
    const rig = await openRig({ config: { load_roles } })
    const [ada, ops] = [await signIn(rig, 'ada'), await signIn(rig, 'ops')]
    const path = (name: string, sid: string) =>
      `/users/${name}/sessions${rest.replace('{id}', sid)}`
    const answer = await rig.call('DELETE', path('ops', ops.sid), SERVICE)
    expectError(answer, 403, 'Only admins can end sessions of admins')
    expect(await ops.lives()).toBe(true)
    expect((await rig.call('DELETE', path('ada', ada.sid), SERVICE)).status).toBe(204)
  })
})
