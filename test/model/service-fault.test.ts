import { describe, expect, test } from 'vitest'
import type { ServiceDraft } from '../../src/model/service-fault.ts'
import { isOAuthClient, serviceFault } from '../../src/model/service-fault.ts'

function draft(rest: Partial<ServiceDraft>): ServiceDraft {
  return {
    name: 'paper',
    url: null,
    oauthNoConfirm: false,
    oauthClientId: null,
    oauthRedirectUri: null,
    ...rest,
  }
}

describe('serviceFault', () => {
  test.each<Partial<ServiceDraft>>([
    {},
    { name: 'A' },
    { name: '0.a_B-c' },
    { name: 'x'.repeat(255) },
    { url: 'http://127.0.0.1:9999' },
    { url: 'HTTPS://[::1]:8443/a/b?c=d' },
    { url: 'http://x.test', oauthClientId: 'service-a.B_c~d-1', oauthNoConfirm: true },
    { oauthRedirectUri: '/' },
    { oauthRedirectUri: '/services/paper/oauth_callback?a=b' },
    { oauthRedirectUri: 'https://x.test/callback?a=b', oauthClientId: 'service-x' },
  ])('finds none in %j', (rest) => {
    expect(serviceFault(draft(rest))).toBeNull()
  })

  test.each<[Partial<ServiceDraft>, RegExp]>([
    [{ name: '' }, /^a service name has/],
    [{ name: '..' }, /^a service name has/],
    [{ name: 'a\n' }, /^a service name has/],
    [{ url: 'http://x.test /' }, /^url is no URL/],
    [{ url: 'http://x.test/\u200b' }, /^url is no URL/],
    [{ url: 'http://x.test:99999' }, /^url is no URL/],
    [{ url: '/path' }, /^url is no URL/],
    [{ url: 'http://ada@x.test' }, /^url has a user or password/],
    [{ oauthClientId: 'service-a\n', url: 'http://x.test' }, /^oauth_client_id begins/],
    [{ oauthClientId: 'x-service-a', url: 'http://x.test' }, /^oauth_client_id begins/],
    [{ oauthRedirectUri: '/\\evil.test' }, /^oauth_redirect_uri is no path/],
    [{ oauthRedirectUri: 'callback' }, /^oauth_redirect_uri is no URL/],
    [{ oauthRedirectUri: 'app:/callback' }, /^oauth_redirect_uri is no URL/],
    [{ oauthRedirectUri: 'https://x.test/#a' }, /^oauth_redirect_uri has a #/],
  ])('finds one in %j', (rest, fault) => {
    expect(serviceFault(draft(rest))).toMatch(fault)
  })
})

test('a service is an OAuth client as soon as one of its members asks for it', () => {
  expect(isOAuthClient(draft({}))).toBe(false)
  for (const rest of [
    { url: 'http://x.test' },
    { oauthNoConfirm: true },
    { oauthClientId: 'service-x' },
    { oauthRedirectUri: '/x' },
  ]) {
    expect(isOAuthClient(draft(rest))).toBe(true)
  }
})
