import { describe, expect, it, onTestFinished } from 'vitest'
import { sha256 } from '../../../src/base/hash.ts'
import { randomToken } from '../../../src/base/random.ts'
import type { HubContext } from '../../../src/hub/context.ts'
import { principalOfToken } from '../../../src/hub/identity/identity.ts'
import { keys } from '../../../src/hub/keys.ts'
import { Reconciler } from '../../../src/hub/servers/reconciler.ts'
import { readServer } from '../../../src/hub/servers/server-store.ts'
import { waitUntil } from '../../../src/hub/servers/server-wait.ts'
import { requestStart, requestStop } from '../../../src/hub/servers/servers.ts'
import { tokenWrites } from '../../../src/hub/tokens/token-writes.ts'
import { listTokens, revokeToken } from '../../../src/hub/tokens/tokens.ts'
import { listScopes } from '../../../src/model/list-scopes.ts'
import { serverClientId } from '../../../src/model/oauth-client.ts'
import type { ServerRecord } from '../../../src/model/server.ts'
import { pendingOf } from '../../../src/model/server.ts'
import type { TokenRecord } from '../../../src/model/token.ts'
import type { UserRecord } from '../../../src/model/user.ts'
import { FakeSpawner } from '../../api/harness.ts'
import type { ConfigInput, TestHub } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'
import { makeUser, ownerOf } from '../../support/people.ts'

const OAUTH: ConfigInput = { spawner: { kind: 'process', notebook_auth: 'oauth' } }

async function openRig(config: ConfigInput = {}) {
  const hub = await openTestHub({ config: { ...OAUTH, ...config } })
  const spawner = new FakeSpawner()
  const reconciler = new Reconciler(hub, { holder: 'test', spawner: () => spawner })
  reconciler.start()
  onTestFinished(async () => {
    await reconciler.close()
    spawner.close()
  })
  const ada = await makeUser(hub, 'ada')
  const settled = (name = '') =>
    waitUntil(hub, 'ada', name, (one) => one === undefined || pendingOf(one) === null, 20_000)
  const start = async (name = ''): Promise<ServerRecord> => {
    await requestStart(hub, { user: ada, name, by: 'ada' })
    const server = await settled(name)
    if (server === undefined) throw new Error('no server')
    return server
  }
  const stop = async (name = '', remove = false) => {
    await requestStop(hub, { user: 'ada', name, remove, by: 'ada' })
    return settled(name)
  }
  return { hub, spawner, ada, start, stop, settled }
}

/** A token as a server gets for a visitor whom it signs in. */
async function visitorsToken(
  hub: TestHub,
  visitor: UserRecord,
  server: ServerRecord,
): Promise<string> {
  const token = randomToken('hgn_')
  const record: TokenRecord = {
    ...{ id: 'a99', kind: 'notebook', digest: sha256(token), owner: ownerOf(visitor), note: '' },
    ...{ scopes: [`access:servers!server=${server.user}/${server.name}`], expiresAt: null },
    client: serverClientId(server.user, server.name),
    clientInstance: server.runId,
    session: 'a-session',
    created: hub.clock.now(),
  }
  await hub.store.commit({ set: tokenWrites(record) })
  return token
}

/** Everything in the store that has to do with tokens. */
async function tokenEntries(hub: HubContext): Promise<string[]> {
  const prefixes = [['token'], ['token-of'], ['token-of-client'], ['token-of-session']]
  const all = await Promise.all(prefixes.map((prefix) => hub.store.list(prefix)))
  const activity = await hub.store.list(['activity', 'token'])
  return [...all.flat(), ...activity].map(({ key }) => key.join(' '))
}

describe('a server that checks visitors itself', () => {
  it('has a hub token of its own while it runs, able to report and no more', async () => {
    const { hub, ada, start, stop } = await openRig()
    const server = await start('gpu')
    expect(server).toMatchObject({ phase: 'ready', auth: 'oauth' })
    const secret = server.secret ?? ''
    expect(secret).toMatch(/^hgh_/)
    const principal = await principalOfToken(hub, secret)
    expect(principal).toMatchObject({ name: 'ada', credential: { kind: 'hub', ofServer: true } })
    expect(listScopes(principal?.scopes ?? new Map())).toEqual([
      'read:users:activity!user=ada',
      'read:users:groups!user=ada',
      'read:users:name!user=ada',
      'users:activity!user=ada',
    ])
    expect(await listTokens(hub, ownerOf(ada))).toMatchObject([
      { note: 'Server at /user/ada/gpu/', kind: 'hub', client: null, expiresAt: null },
    ])
    await stop('gpu')
    expect(await principalOfToken(hub, secret)).toBeUndefined()
    expect(await tokenEntries(hub)).toEqual([])
  })

  it('has it from the moment of the wish, before anything is started', async () => {
    const { hub, spawner, ada } = await openRig()
    spawner.fate = 'never'
    const wished = await requestStart(hub, { user: ada, name: '', by: 'ada' })
    expect(await principalOfToken(hub, wished.secret ?? '')).toMatchObject({ name: 'ada' })
    await requestStop(hub, { user: 'ada', name: '', remove: false, by: 'ada' })
  })

  it.each([
    ['stopped', false],
    ['removed', true],
  ])('when it is %s, so are the tokens of its visitors', async (_, remove) => {
    const { hub, start, stop } = await openRig()
    const grace = await makeUser(hub, 'grace', { admin: true })
    const server = await start('gpu')
    const token = await visitorsToken(hub, grace, server)
    expect(await principalOfToken(hub, token)).toMatchObject({ name: 'grace' })
    const other = await start()
    const others = await visitorsToken(hub, grace, other)
    await stop('gpu', remove)
    expect(await principalOfToken(hub, token)).toBeUndefined()
    expect(await hub.store.list(keys.tokensOfClient('jupyterhub-user-ada-gpu'))).toEqual([])
    expect(await principalOfToken(hub, others)).toMatchObject({ name: 'grace' })
    expect(await principalOfToken(hub, other.secret ?? '')).toBeDefined()
  })

  it.each(['fails', 'bad-options'] as const)(
    'leaves no token behind when its start fails: %s',
    async (fate) => {
      const { hub, spawner, start } = await openRig()
      spawner.fate = fate
      expect(await start()).toMatchObject({ phase: 'stopped', secret: null })
      expect(await tokenEntries(hub)).toEqual([])
    },
  )

  it('leaves no token behind when its start is called off', async () => {
    const { hub, spawner, ada, settled } = await openRig()
    spawner.fate = 'never'
    await requestStart(hub, { user: ada, name: '', by: 'ada' })
    await requestStop(hub, { user: 'ada', name: '', remove: false, by: 'ada' })
    expect(await settled()).toMatchObject({ phase: 'stopped', secret: null })
    expect(await tokenEntries(hub)).toEqual([])
  })

  it('stops as others do when its owner has revoked its token', async () => {
    const { hub, ada, start, stop } = await openRig()
    await start()
    const [token] = await listTokens(hub, ownerOf(ada))
    await revokeToken(hub, ownerOf(ada), token?.id ?? '')
    expect(await stop()).toMatchObject({ phase: 'stopped' })
    expect(await tokenEntries(hub)).toEqual([])
  })

  it('has another token with each run', async () => {
    const { hub, start, stop } = await openRig()
    const first = await start()
    await stop()
    const second = await start()
    expect(second.secret).not.toBe(first.secret)
    expect(await principalOfToken(hub, first.secret ?? '')).toBeUndefined()
    expect(await principalOfToken(hub, second.secret ?? '')).toBeDefined()
  })

  it('keeps what it was started with when the configuration changes', async () => {
    const { hub, start, stop } = await openRig()
    const server = await start()
    hub.reload({})
    expect((await readServer(hub, 'ada', ''))?.value.auth).toBe('oauth')
    expect(await principalOfToken(hub, server.secret ?? '')).toBeDefined()
    await stop()
    expect(await tokenEntries(hub)).toEqual([])
    const again = await start()
    expect(again).toMatchObject({ auth: 'gateway' })
    expect(await principalOfToken(hub, again.secret ?? '')).toBeUndefined()
  })

  it('may do what the role server says, but never opens servers, and always reports', async () => {
    const { hub, start } = await openRig({
      load_roles: [
        { name: 'server', scopes: ['read:servers!server', 'access:servers!user', 'read:shares'] },
      ],
    })
    const { secret } = await start('gpu')
    const { scopes } = (await principalOfToken(hub, secret ?? '')) ?? {}
    const held = listScopes(scopes ?? new Map())
    expect(held).toContain('read:servers!server=ada/gpu')
    expect(held).toContain('users:activity!user=ada')
    expect(held.filter((scope) => scope.startsWith('access:'))).toEqual([])
  })
})

it('with notebook_auth: gateway there is no token at all', async () => {
  const { hub, start } = await openRig({ spawner: { kind: 'process' } })
  expect(await start()).toMatchObject({ auth: 'gateway', phase: 'ready' })
  expect(await tokenEntries(hub)).toEqual([])
})
