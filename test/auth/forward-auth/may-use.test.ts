import { describe, expect, it } from 'vitest'
import { forwardAuthOf, mayUse } from '../../../src/auth/forward-auth/may-use.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { expandScopes } from '../../../src/model/expand-scopes.ts'

const config = (scope?: string) =>
  configSchema.parse({
    custom_scopes: { 'custom:grades:read': { description: 'x' } },
    services: [{ name: 'grafana', forward_auth: scope === undefined ? {} : { scope } }],
  })

function holds(held: string[], scope?: string): boolean {
  const file = config(scope)
  const rules = forwardAuthOf(file, 'grafana')
  if (rules === undefined) throw new Error('no forward_auth')
  const scopes = expandScopes(held, { kind: 'user', name: 'ada' }, file.custom_scopes)
  return mayUse({ scopes }, 'grafana', rules)
}

describe('mayUse', () => {
  it.each([
    [undefined, ['access:services']],
    [undefined, ['access:services!service=grafana']],
    ['access:services', ['access:services!service=grafana']],
    ['access:services!service', ['access:services!service=grafana']],
    ['access:services!service=other', ['access:services!service=other']],
    ['custom:grades:read', ['custom:grades:read']],
    ['custom:grades:read', ['custom:grades:read!service=grafana']],
    ['read:users!group=class-a', ['read:users!group=class-a']],
    ['read:users!group=class-a', ['users']],
    ['read:users!user=eve', ['read:users!user=eve']],
  ])('asked for %s, %j will do', (scope, held) => {
    expect(holds(held, scope)).toBe(true)
  })

  it.each([
    [undefined, []],
    [undefined, ['access:services!service=other']],
    [undefined, ['access:servers', 'admin:services', 'users']],
    ['access:services!service=other', ['access:services!service=grafana']],
    ['custom:grades:read', ['custom:grades:read!user=ada']],
    ['custom:grades:read', ['custom:grades:read!service=other']],
    ['custom:grades:read', ['access:services']],
    ['read:users!group=class-a', ['read:users!group=class-b']],
    ['read:users', ['read:users!user=ada']],
    ['inherit', ['self', 'users']],
    ['read:users!', ['users']],
  ])('asked for %s, %j will not do', (scope, held) => {
    expect(holds(held, scope)).toBe(false)
  })
})

describe('forwardAuthOf', () => {
  it.each(['Grafana', 'grafana ', '', '__proto__', 'constructor'])('knows no %j', (name) => {
    expect(forwardAuthOf(config(), name)).toBeUndefined()
  })
})
