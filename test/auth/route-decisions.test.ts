import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { RouteAnswer, RouteRequest } from '../../src/auth/allow-route.ts'
import { allowRoute } from '../../src/auth/allow-route.ts'
import { serverCookieName } from '../../src/auth/cookies.ts'
import { RouteDecisions } from '../../src/auth/route-decisions.ts'
import { sha256 } from '../../src/base/hash.ts'
import { createGroups } from '../../src/hub/groups/groups.ts'
import { addToGroup, removeFromGroup } from '../../src/hub/groups/memberships.ts'
import { openServerSession } from '../../src/hub/identity/server-sessions.ts'
import { closeSession } from '../../src/hub/identity/session-ends.ts'
import { openSession } from '../../src/hub/identity/sessions.ts'
import { keys } from '../../src/hub/keys.ts'
import { grantShare, revokeShare } from '../../src/hub/shares/shares.ts'
import { issueToken, listTokens, revokeToken } from '../../src/hub/tokens/tokens.ts'
import { changeUser, deleteUser, findUser } from '../../src/hub/users/users.ts'
import { StoreCache } from '../../src/store/cache.ts'
import { listen } from '../contract/store/setup.ts'
import type { ConfigInput } from '../support/hub.ts'
import { ownerOf, putServer } from '../support/people.ts'
import { signedCookie } from '../support/signed-cookie.ts'
import { slowStore } from '../support/slow-store.ts'
import { OWN, routeRequest, setUpRoute } from './route-fixture.ts'

/** Generous, for slow machines. */
const PATIENCE = { timeout: 20_000 }

const CONFIG: ConfigInput = { api_tokens: { 'config-secret': 'ada' } }

async function setUp(config: ConfigInput = {}) {
  const fixture = await setUpRoute(config)
  const decisions = new RouteDecisions(fixture.hub)
  onTestFinished(() => decisions.clear())
  /** Asks twice, so that the second answer may come from the first. */
  const warm = async (request: RouteRequest): Promise<void> => {
    expect(decisions.known(request)).toBeUndefined()
    const answer = await decisions.decide(request)
    expect(answer.answer).toBe('pass')
    expect(decisions.known(request)).toBe(answer)
  }
  const ask = async (request: RouteRequest): Promise<RouteAnswer> =>
    decisions.known(request) ?? (await decisions.decide(request))
  return { ...fixture, decisions, warm, ask }
}

type Fixture = Awaited<ReturnType<typeof setUp>>
const token = (secret: string): RouteRequest => routeRequest({ authorization: `token ${secret}` })
const cookie = (header: string): RouteRequest => routeRequest({ cookieHeader: header })
const oauth = (secret: string): RouteRequest => {
  const value = signedCookie('jupyterhub-user-ada', secret)
  return routeRequest({ auth: 'oauth', cookieHeader: `a=1; jupyterhub-user-ada=${value}` })
}

const ada = async ({ hub }: Fixture) => {
  const user = await findUser(hub, 'ada')
  if (user === undefined) throw new Error('there is no ada')
  return user
}

async function revokeAll(fixture: Fixture): Promise<void> {
  const owner = ownerOf(await ada(fixture))
  for (const { id } of await listTokens(fixture.hub, owner)) {
    if (!id.startsWith('c')) await revokeToken(fixture.hub, owner, id)
  }
}

/** A visitor by what a right is given for, and how it is taken. */
type Loss = (fixture: Fixture) => Promise<{ request: RouteRequest; lose: () => unknown }>

const LOSSES: [what: string, Loss][] = [
  ['a revoked token', async (f) => ({ request: token(f.notebook), lose: () => revokeAll(f) })],
  [
    'a revoked token in the cookie of a server that checks visitors itself',
    async (f) => ({ request: oauth(f.notebook), lose: () => revokeAll(f) }),
  ],
  [
    'a deleted user, by token',
    async (f) => ({ request: token(f.notebook), lose: () => deleteUser(f.hub, 'ada') }),
  ],
  [
    'a deleted user, by cookie',
    async (f) => ({ request: cookie(f.cookie), lose: () => deleteUser(f.hub, 'ada') }),
  ],
  [
    'a renamed user',
    async (f) => ({
      request: cookie(f.cookie),
      lose: () => changeUser(f.hub, 'ada', { name: 'augusta' }),
    }),
  ],
  [
    'a closed session',
    async (f) => ({ request: cookie(f.cookie), lose: () => closeSession(f.hub, f.loginSecret) }),
  ],
  [
    'a server that is another one of that name',
    async (f) => ({
      request: cookie(f.cookie),
      lose: async () => putServer(f.hub, await ada(f), ''),
    }),
  ],
  [
    'a share that was taken back',
    async (f) => {
      await putServer(f.hub, await ada(f), 'gpu')
      const place = { owner: 'ada', server: 'gpu' }
      const eve = { kind: 'user', name: 'eve' } as const
      await grantShare(f.hub, place, eve, ['access:servers'])
      const user = await findUser(f.hub, 'eve')
      if (user === undefined) throw new Error('there is no eve')
      const { session } = await openSession(f.hub, user)
      const { secret } = await openServerSession(f.hub, session, { user: 'ada', name: 'gpu' })
      const cookieHeader = `${serverCookieName('ada', 'gpu')}=${secret}`
      return {
        request: routeRequest({ server: 'gpu', cookieHeader }),
        lose: () => revokeShare(f.hub, place, eve, null),
      }
    },
  ],
  [
    'a role by a group that was left',
    async (f) => {
      f.hub.reload({
        ...CONFIG,
        load_roles: [{ name: 'helpers', scopes: ['access:servers!user=ada'], groups: ['staff'] }],
      })
      await createGroups(f.hub, ['staff'], [])
      await addToGroup(f.hub, 'staff', ['eve'])
      return {
        request: cookie(f.intruder),
        lose: () => removeFromGroup(f.hub, 'staff', ['eve']),
      }
    },
  ],
  [
    'a role for the servers of a group that their owner left',
    async (f) => {
      f.hub.reload({
        ...CONFIG,
        load_roles: [{ name: 'helpers', scopes: ['access:servers!group=staff'], users: ['eve'] }],
      })
      await createGroups(f.hub, ['staff'], [])
      await addToGroup(f.hub, 'staff', ['ada'])
      return {
        request: cookie(f.intruder),
        lose: () => removeFromGroup(f.hub, 'staff', ['ada']),
      }
    },
  ],
  [
    'a role that the configuration has no more',
    async (f) => {
      f.hub.reload({
        ...CONFIG,
        load_roles: [{ name: 'helpers', scopes: ['access:servers!user=ada'], users: ['eve'] }],
      })
      return { request: cookie(f.intruder), lose: () => f.hub.reload(CONFIG) }
    },
  ],
  [
    'a token that another replica deleted',
    async (f) => {
      const other = await f.hub.another()
      const request = token(f.notebook)
      return {
        request,
        lose: async () => {
          const user = ownerOf(await ada(f))
          const { id } = (await listTokens(other, user)).find(({ scopes }) =>
            scopes.includes('access:servers!server=ada/'),
          ) ?? { id: '' }
          await revokeToken(other, user, id)
          // It is told a moment later. The clock stands still: the decision does not age meanwhile.
          await vi.waitUntil(() => f.decisions.known(request) === undefined, PATIENCE)
        },
      }
    },
  ],
  [
    'a session that expired, long before the decision is a second old',
    async (f) => {
      const { session } = await openSession(f.hub, await ada(f))
      const { secret } = await openServerSession(f.hub, session, { user: 'ada', name: '' })
      f.hub.clock.advance(session.expiresAt - f.hub.clock.now() - 1)
      return {
        request: cookie(`${f.cookieName}=${secret}`),
        lose: () => f.hub.clock.advance(1),
      }
    },
  ],
]

describe('a decision is used no more', () => {
  it.each(LOSSES)('after %s', async (_, loss) => {
    const fixture = await setUp(CONFIG)
    const { request, lose } = await loss(fixture)
    await fixture.warm(request)
    await lose()
    expect(fixture.decisions.known(request)).toBeUndefined()
    const answer = await fixture.ask(request)
    expect(answer.answer).not.toBe('pass')
    expect(fixture.decisions.known(request)).toBeUndefined()
  })

  it('when its token ends', async () => {
    const fixture = await setUp()
    const { hub, decisions } = fixture
    const user = ownerOf(await ada(fixture))
    const made = { owner: user, scopes: ['access:servers!server=ada/'], note: '' }
    const short = await issueToken(hub, { ...made, expiresAt: hub.clock.now() + 500 })
    const request = token(short.token)
    await fixture.warm(request)
    hub.clock.advance(499)
    expect(decisions.known(request)).toBeDefined()
    hub.clock.advance(1)
    expect(decisions.known(request)).toBeUndefined()
    expect((await fixture.ask(request)).answer).toBe('refused')
  })

  it('when it is a second old, though nothing has changed', async () => {
    const { hub, notebook, warm, decisions } = await setUp()
    await warm(token(notebook))
    hub.clock.advance(999)
    expect(decisions.known(token(notebook))).toBeDefined()
    hub.clock.advance(1)
    expect(decisions.known(token(notebook))).toBeUndefined()
  })

  it('while change notices are not heard', async () => {
    const fixture = await setUpRoute()
    let listening = true
    const store = new Proxy(fixture.hub.store, {
      get(target, name) {
        if (name === 'listening') return listening
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
    const cache = new StoreCache({ store, clock: fixture.hub.clock, max: 100 })
    onTestFinished(() => cache.close())
    const decisions = new RouteDecisions({
      ...fixture.hub,
      store,
      cache: cache.graceful(() => 5_000),
    })
    const request = token(fixture.notebook)
    const answer = await decisions.decide(request)
    expect(decisions.known(request)).toBe(answer)
    listening = false
    expect(decisions.known(request)).toBeUndefined()
    expect((await decisions.decide(request)).answer).toBe('pass')
    expect(decisions.known(request)).toBeUndefined()
  })
})

describe('a decision', () => {
  it('whose token changed while it was made is not kept', async () => {
    const { hub, notebook } = await setUpRoute()
    const { slow, letGo } = slowStore(hub.store)
    const cache = new StoreCache({ store: slow, clock: hub.clock, max: 100 })
    onTestFinished(() => cache.close())
    const decisions = new RouteDecisions({ ...hub, cache })
    onTestFinished(() => decisions.clear())
    const asked = decisions.decide(token(notebook))
    const key = keys.token(sha256(notebook))
    const heard = listen(hub.store)
    await hub.store.commit({ set: [{ key, value: (await hub.store.get(key))?.value }] })
    await heard.until('token')
    letGo()
    expect((await asked).answer).toBe('pass')
    expect(decisions.known(token(notebook))).toBeUndefined()
    expect((await decisions.decide(token(notebook))).answer).toBe('pass')
    expect(decisions.known(token(notebook))).toBeDefined()
  })

  it('is forgotten after a second, whether or not somebody asks', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const { notebook, decisions, warm } = await setUp()
    await warm(token(notebook))
    vi.advanceTimersByTime(1_000)
    expect(decisions.known(token(notebook))).toBeUndefined()
  })

  it('of a cookie is none of the same text in Authorization, nor the other way round', async () => {
    const { notebook, cookie: own, warm, decisions } = await setUp()
    await warm(cookie(own))
    await warm(token(notebook))
    expect(decisions.known(routeRequest({ authorization: own }))).toBeUndefined()
    expect(decisions.known(cookie(`token ${notebook}`))).toBeUndefined()
  })

  it('is not used for a token in the query, a service worker, or beside a bad token', async () => {
    const { notebook, cookie: own, warm, decisions } = await setUp()
    await warm(cookie(own))
    await warm(token(notebook))
    for (const request of [cookie(own), token(notebook)]) {
      for (const queryToken of ['x', ['x'], ['']]) {
        expect(decisions.known({ ...request, queryToken })).toBeUndefined()
      }
      expect(decisions.known({ ...request, secFetchDest: 'serviceworker' })).toBeUndefined()
    }
    const bad = { ...cookie(own), authorization: 'token hgn_unknown' }
    expect(decisions.known(bad)).toBeUndefined()
  })
})

it('answers as allowRoute does, whatever was asked before', async () => {
  const { hub, decisions, ...f } = await setUp(CONFIG)
  const or = (...values: (string | undefined)[]) => fc.constantFrom(undefined, ...values)
  const tokens = [f.notebook, f.wide, f.strangers, f.hubToken, f.expired, 'config-secret', 'x']
  const request = fc.record({
    authorization: or(
      ...tokens.map((one) => `token ${one}`),
      `Bearer ${f.notebook}`,
      'Basic YTpi',
      '',
    ),
    cookieHeader: or(
      f.cookie,
      f.intruder,
      f.signedOut,
      `${f.signedOut}; ${f.cookie}`,
      oauth(f.notebook).cookieHeader,
      `token ${f.notebook}`,
      '',
    ),
    queryToken: fc.constantFrom(undefined, [], [f.notebook], [f.hubToken], [f.notebook, 'x']),
    method: fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'POST', 'DELETE'),
    isUpgrade: fc.boolean(),
    origin: or(OWN, 'http://evil.example', 'null'),
    secFetchSite: or('same-origin', 'cross-site', 'same-site', 'none'),
    secFetchMode: or('navigate', 'cors'),
    secFetchDest: or('document', 'empty', 'serviceworker', 'iframe'),
    user: fc.constantFrom('ada', 'grace'),
    server: fc.constantFrom('', 'gpu'),
    auth: fc.constantFrom('gateway' as const, 'oauth' as const, undefined),
  })
  let hits = 0
  const plain = (answer: RouteAnswer) =>
    answer.answer === 'refused' ? { ...answer, error: answer.error.code } : answer
  await fc.assert(
    fc.asyncProperty(request, async (given) => {
      const asked = routeRequest(given)
      const truth = plain(await allowRoute(hub, asked))
      const known = decisions.known(asked)
      if (known !== undefined) {
        hits += 1
        expect(known).toEqual(truth)
      }
      expect(plain(await decisions.decide(asked))).toEqual(truth)
    }),
    { numRuns: 3_000 },
  )
  expect(hits).toBeGreaterThan(10)
})
