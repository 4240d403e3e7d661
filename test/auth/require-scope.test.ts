import { describe, expect, it } from 'vitest'
import { requireScope } from '../../src/auth/require-scope.ts'
import type { Credential, Principal } from '../../src/model/principal.ts'
import type { ScopeSet } from '../../src/model/scope-set.ts'

const SESSION: Credential = { type: 'session', id: 's' }

function principal(scopes: ScopeSet, credential: Credential = SESSION): Principal {
  return { kind: 'user', name: 'ada', id: '1', admin: false, scopes, credential, expiresAt: null }
}

const ALL = principal(new Map([['read:users', true]]))
const OWN = principal(new Map([['read:users', { user: new Set(['ada']) }]]))
const NONE = principal(new Map([['proxy', true]]))

describe('requireScope', () => {
  it('lets pass who holds one of the scopes for the resource', () => {
    expect(() => requireScope(ALL, ['x', 'read:users'], undefined)).not.toThrow()
    expect(() => requireScope(ALL, ['read:users'], { user: 'grace' })).not.toThrow()
    expect(() => requireScope(OWN, ['read:users'], { user: 'ada' })).not.toThrow()
  })

  it.each([
    ['nobody', undefined, 'unauthenticated', 'Missing or invalid credentials.'],
    [
      'a scope not held',
      NONE,
      'insufficient_scope',
      'Action is not authorized with current scopes; requires any of [read:users, read:users:name]',
    ],
    ['one held elsewhere', OWN, 'no_access', 'No access to resources or resources not found'],
  ])('refuses %s', (_name, who, code, publicMessage) => {
    const ask = () => requireScope(who, ['read:users', 'read:users:name'], { user: 'grace' })
    expect(ask).toThrow(expect.objectContaining({ code, publicMessage }) as Error)
  })

  it('wants a scope without filter where no resource is named', () => {
    expect(() => requireScope(OWN, ['read:users'], undefined)).toThrow(
      expect.objectContaining({ code: 'insufficient_scope' }) as Error,
    )
  })

  it.each<[Credential, string]>([
    [{ type: 'token', id: 't', kind: 'notebook', inherits: false }, 'notebook_token_refused'],
    [{ type: 'server-session', id: 's', sessionId: 's', server: 'ada/' }, 'unauthenticated'],
  ])('refuses %o whatever its scopes', (credential, code) => {
    const who = principal(ALL.scopes, credential)
    expect(() => requireScope(who, ['read:users'], { user: 'ada' })).toThrow(
      expect.objectContaining({ code }) as Error,
    )
  })
})
