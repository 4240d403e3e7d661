import { describe, expect, it } from 'vitest'
import { keys } from '../../../src/hub/keys.ts'
import { findService } from '../../../src/hub/services/services.ts'
import { ADA, expectError, OPS, SERVICE } from '../harness.ts'
import { BOB, openServicesRig, SECRET } from './support.ts'

const URL = 'http://127.0.0.1:9'

describe('POST /services/{service}', () => {
  it.each([
    [undefined, 'Invalid service data'],
    ['null', 'Invalid service data'],
    [{}, 'Invalid service data'],
    [[], 'Invalid service data'],
    ['"text"', 'Invalid service data'],
    ['{', 'Invalid JSON in body of request'],
    [{ timeout: 3 }, 'Invalid JSON keys: timeout'],
    [{ oauth_roles: [] }, 'Invalid JSON keys: oauth_roles'],
    [{ admin: 'yes' }, 'admin must be true or false, not a string'],
    [{ url: null }, 'url must be a string, not null'],
    [{ info: [] }, 'info must be an object, not a list'],
    [{ oauth_client_allowed_scopes: [1] }, /must be a string, not a number/],
    [{ name: 5 }, 'name must be a string, not a number'],
  ])('refuses %j', async (body, message) => {
    const { call } = await openServicesRig()
    expectError(await call('POST', '/services/paper', BOB, body), 400, message)
  })

  it('makes no managed services', async () => {
    const { call } = await openServicesRig()
    const answer = await call('POST', '/services/paper', OPS, { command: ['sh'] })
    expectError(answer, 400, 'Can not create managed service paper at runtime')
  })

  it.each([
    [{ url: 'ftp://x.test' }, /url is no URL/],
    [{ url: 'javascript:alert(1)' }, /url is no URL/],
    [{ url: 'http://' }, /url is no URL/],
    [{ url: 'http://x.test/\n' }, /url is no URL/],
    [{ url: 'http:\\\\x.test' }, /url is no URL/],
    [{ url: 'http://ada:hidden@x.test' }, /url has a user or password in it/],
    [{ url: 'http://x.test/#a' }, /url has a # in it/],
    [{ url: `http://x.test/${'a'.repeat(2000)}` }, /at most 2000 characters/],
    [{ oauth_client_id: 'paper', url: URL }, /oauth_client_id begins with service-/],
    [{ oauth_client_id: 'service-', url: URL }, /oauth_client_id begins with service-/],
    [{ oauth_client_id: 'service-a;b', url: URL }, /oauth_client_id begins with service-/],
    [{ oauth_client_id: 'service-paper' }, /OAuth needs an oauth_redirect_uri/],
    [{ oauth_no_confirm: true }, /OAuth needs an oauth_redirect_uri/],
    [{ oauth_redirect_uri: 'javascript:alert(1)' }, /oauth_redirect_uri is no URL/],
    [{ oauth_redirect_uri: '//evil.test/' }, /oauth_redirect_uri is no path/],
    [{ oauth_redirect_uri: '/a#b' }, /oauth_redirect_uri is no path/],
    [{ oauth_redirect_uri: 'https://a:b@x.test/' }, /oauth_redirect_uri has a user/],
    [{ api_token: 'short' }, /api_token: a secret has at least 16 characters/],
    [{ api_token: 'with a space in the middle' }, /api_token: a secret has visible/],
    [{ api_token: 'sha256:0123' }, /api_token: a sha256: digest has 64/],
    [{ api_token: 'x'.repeat(513) }, /api_token has more than 512 characters/],
  ])('refuses %j', async (body, message) => {
    const { call, hub } = await openServicesRig()
    const answer = await call('POST', '/services/paper', OPS, body)
    expectError(answer, 400, message)
    expect(answer.body.message).toMatch(/^Failed to create service paper: /)
    expect(answer.text).not.toMatch(/hidden|with a space in/)
    expect(await findService(hub, 'paper')).toBeUndefined()
  })

  it.each(['a%2Fb', 'a%20b', '%C3%A9', '.hidden', 'x'.repeat(256), 'a%2541', 'a%0Ab', '_proto'])(
    'refuses the name %s',
    async (name) => {
      const { call } = await openServicesRig()
      const answer = await call('POST', `/services/${name}`, OPS, { display: true })
      expectError(answer, 400, /^Failed to create service .*: a service name has/s)
    },
  )

  it('refuses a token that is in use, wherever it is', async () => {
    const { call, hub, tokenOf } = await openServicesRig()
    await call('POST', '/services/first', OPS, { api_token: SECRET })
    for (const secret of [SECRET, ADA, SERVICE, await tokenOf('ada', ['inherit'])]) {
      const answer = await call('POST', '/services/paper', OPS, { api_token: secret })
      expectError(answer, 400, 'Failed to create service paper: the api_token is in use')
    }
    expect(await hub.store.get(keys.service('paper'))).toBeUndefined()
    expect((await call('GET', '/user', SECRET)).body).toMatchObject({ name: 'first' })
  })

  it("refuses another's OAuth client id, until it is free", async () => {
    const { call } = await openServicesRig()
    const taken = 'Failed to create service paper: the oauth_client_id is taken'
    await call('POST', '/services/first', OPS, { url: URL })
    const wish = { url: URL, oauth_client_id: 'service-first' }
    expectError(await call('POST', '/services/paper', BOB, wish), 400, taken)
    const configured = { url: URL, oauth_client_id: 'service-announce' }
    expectError(await call('POST', '/services/paper', BOB, configured), 400, taken)
    await call('DELETE', '/services/first')
    expect((await call('POST', '/services/paper', BOB, wish)).status).toBe(201)
    const again = await call('POST', '/services/first', OPS, { url: URL })
    expectError(again, 400, 'Failed to create service first: the oauth_client_id is taken')
  })

  it('refuses the OAuth client ids of the configuration, also when they are its own', async () => {
    const mine = { name: 'mine', url: URL, oauth_client_id: 'service-paper' }
    const { call } = await openServicesRig({ services: [mine] })
    const taken = 'Failed to create service paper: the oauth_client_id is taken'
    expectError(await call('POST', '/services/paper', OPS, { url: URL }), 400, taken)
    expect((await call('POST', '/services/paper', OPS, { display: false })).status).toBe(201)
  })

  it('refuses scopes that do not exist', async () => {
    const { call } = await openServicesRig()
    const wish = { url: URL, oauth_client_allowed_scopes: ['list:services', 'nope'] }
    const answer = await call('POST', '/services/paper', OPS, wish)
    expectError(answer, 400, "Scope 'nope' for service paper does not exist")
  })

  it.each([
    [
      ['users!user=ada'],
      /^Not assigning requested scopes (.*,)?users!user=ada,.* not held by User bob$/,
    ],
    [
      ['list:users'],
      'Not assigning requested scopes list:users,read:users:name not held by User bob',
    ],
    [['inherit'], /^Not assigning requested scopes .*admin:users.* not held by User bob$/],
    [['proxy!service'], 'Not assigning requested scopes proxy!service=paper not held by User bob'],
  ])('refuses scopes %j that the maker does not hold', async (scopes, message) => {
    const { call } = await openServicesRig()
    const wish = { url: URL, oauth_client_allowed_scopes: scopes }
    expectError(await call('POST', '/services/paper', BOB, wish), 400, message)
  })

  it('takes a bounded number of scopes', async () => {
    const { call } = await openServicesRig()
    const scopes = Array.from({ length: 1001 }, (_, i) => `read:users!user=u${i}`)
    const wish = { url: URL, oauth_client_allowed_scopes: scopes }
    const text = 'oauth_client_allowed_scopes must be at most 1000 entries long'
    expectError(await call('POST', '/services/paper', BOB, wish), 400, text)
  })

  it.each([['self'], ['servers!user']])(
    'refuses %s of all visitors when they are not asked, to a maker who holds it for themselves',
    async (scope) => {
      const { call } = await openServicesRig()
      const wish = { url: URL, oauth_client_allowed_scopes: [scope] }
      expect((await call('POST', '/services/asks', BOB, wish)).status).toBe(201)
      const silent = { ...wish, oauth_no_confirm: true }
      const answer = await call('POST', '/services/paper', BOB, silent)
      expectError(answer, 400, /^Not assigning requested scopes .*servers/)
    },
  )

  it('counts what the credential allows, not what its owner may do', async () => {
    const { call, tokenOf } = await openServicesRig()
    const narrow = await tokenOf('ops', ['admin:services'])
    const scopes = { url: URL, oauth_client_allowed_scopes: ['list:users'] }
    const text = /^Not assigning requested scopes .* not held by User ops$/
    expectError(await call('POST', '/services/paper', narrow, scopes), 400, text)
    expectError(await call('POST', '/services/paper', narrow, { admin: true }), 400, text)
  })

  it('refuses an admin to somebody who may not do what admins do', async () => {
    const { call, hub } = await openServicesRig()
    const answer = await call('POST', '/services/paper', BOB, { admin: true, api_token: SECRET })
    expectError(
      answer,
      400,
      /^Not assigning requested scopes .*admin:users.* not held by User bob$/,
    )
    expect(await findService(hub, 'paper')).toBeUndefined()
    expect((await call('GET', '/user', SECRET)).status).toBe(403)
  })
})
