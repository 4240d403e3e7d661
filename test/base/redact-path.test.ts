import { describe, expect, it } from 'vitest'
import { withoutSecrets } from '../../src/base/redact-path.ts'

const SECRET = 'a-secret-of-the-config-map'
const TOKEN = 'hgh_0123456789abcdefghijABCDEFGHIJ0123456789abcd'

describe('withoutSecrets', () => {
  it.each([
    ['/hub/api/users/ada/tokens/a12', '/hub/api/users/ada/tokens/a12'],
    ['/hub/api/authorizations', '/hub/api/authorizations'],
    ['/hub/api/authorizations/token', '/hub/api/authorizations/token'],
    [`/hub/api/authorizations/token/${SECRET}`, '/hub/api/authorizations/token/…'],
    [`/hub/api/authorizations/token/${SECRET}/more`, '/hub/api/authorizations/token/…'],
    [`/hub/api/authorizations//token//${SECRET}`, '/hub/api/authorizations//token/…'],
    [`/hub/api/authorizations/cookie/name/${SECRET}`, '/hub/api/authorizations/cookie/…'],
    [`/hub/api/authorizations/${SECRET}`, '/hub/api/authorizations/…'],
    [`/hub/api/Authorizations/Token/${SECRET}`, '/hub/api/Authorizations/Token/…'],
    [`/hub/api/users/${TOKEN}`, '/hub/api/users/…'],
    [`/hub/api/users/x${TOKEN}/server`, '/hub/api/users/x…/server'],
    ['/user/ada/files/100%.txt', '/user/ada/files/100%.txt'],
    ['/user/ada/caf%C3%A9', '/user/ada/caf%C3%A9'],
  ])('%s', (path, shown) => {
    expect(withoutSecrets(path)).toBe(shown)
    expect(withoutSecrets(shown)).toBe(shown)
  })

  it.each([
    `/hub/api/authoriz%61tions/token/${SECRET}`,
    `/hub/api/authorizations%2Ftoken%2F${SECRET}`,
    `/hub/api/%2561uthorizations/token/${SECRET}`,
    `/hub/api/authorizations%5Ctoken/${SECRET}`,
    `/hub/api/users/hgh%5F${SECRET.replaceAll('-', '')}`,
    `/hub/api/users/${TOKEN}/%68gh_${SECRET}`,
    `/hub/api/authorizations/tok%65n/${SECRET}`,
  ])('keeps no secret of %s', (path) => {
    const shown = withoutSecrets(path)
    expect(shown).not.toContain(SECRET)
    expect(shown).not.toContain(SECRET.replaceAll('-', ''))
    expect(shown).not.toContain(TOKEN)
  })
})
