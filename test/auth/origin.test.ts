import { describe, expect, it } from 'vitest'
import type { OriginFacts } from '../../src/auth/origin.ts'
import { expectedOrigin, originFault } from '../../src/auth/origin.ts'

function facts(given: Partial<OriginFacts>): OriginFacts {
  return {
    method: 'GET',
    isUpgrade: false,
    host: 'hub.example:8000',
    tls: false,
    origin: undefined,
    secFetchSite: undefined,
    secFetchMode: undefined,
    secFetchDest: undefined,
    ...given,
  }
}

const OWN = 'http://hub.example:8000'

describe('expectedOrigin', () => {
  it.each<[string | undefined, string | undefined, boolean, string | undefined]>([
    ['https://hub.example/jupyter/', 'inner:8000', false, 'https://hub.example'],
    ['https://hub.example:443', 'inner:8000', false, 'https://hub.example'],
    [undefined, 'hub.example:8000', false, 'http://hub.example:8000'],
    [undefined, 'hub.example:80', false, 'http://hub.example'],
    [undefined, 'hub.example', true, 'https://hub.example'],
    [undefined, 'HUB.example', false, 'http://hub.example'],
    [undefined, '[::1]:8000', false, 'http://[::1]:8000'],
    [undefined, undefined, false, undefined],
    [undefined, '', false, undefined],
    [undefined, 'a/../b', false, undefined],
    [undefined, 'good@evil', false, undefined],
    [undefined, 'a b', false, undefined],
    [undefined, 'a:b:c', false, undefined],
  ])('public %j, host %j, tls %j', (publicUrl, host, tls, expected) => {
    expect(expectedOrigin(publicUrl, { host, tls })).toBe(expected)
  })
})

const FOREIGN = [
  'http://evil.example',
  'https://hub.example:8000',
  'http://hub.example',
  'http://hub.example:8001',
  'http://hub.example:8000.evil.example',
  'http://eve.hub.example:8000',
  'http://hub.example:8000/',
  'HTTP://HUB.EXAMPLE:8000',
  'null',
  '',
]

describe('originFault for a WebSocket', () => {
  it.each([...FOREIGN, undefined])('refuses origin %j', (origin) => {
    expect(originFault(undefined, facts({ isUpgrade: true, origin }))).toContain('WebSockets')
  })

  it('accepts exactly its own', () => {
    expect(originFault(undefined, facts({ isUpgrade: true, origin: OWN }))).toBeUndefined()
  })

  it.each(['cross-site', 'same-site'])('refuses Sec-Fetch-Site: %s', (secFetchSite) => {
    const given = facts({ isUpgrade: true, origin: OWN, secFetchSite })
    expect(originFault(undefined, given)).toBeDefined()
  })
})

describe.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'])('originFault for %s', (method) => {
  it.each([...FOREIGN, undefined])('refuses origin %j', (origin) => {
    expect(originFault(undefined, facts({ method, origin }))).toContain('Changes')
  })

  it('accepts its own, or the word of the browser where there is no Origin', () => {
    expect(originFault(undefined, facts({ method, origin: OWN }))).toBeUndefined()
    expect(originFault(undefined, facts({ method, secFetchSite: 'same-origin' }))).toBeUndefined()
    expect(originFault(undefined, facts({ method, secFetchSite: 'none' }))).toBeDefined()
  })

  it('refuses when the two disagree', () => {
    const other = facts({ method, origin: 'http://evil.example', secFetchSite: 'same-origin' })
    expect(originFault(undefined, other)).toBeDefined()
    expect(
      originFault(undefined, facts({ method, origin: OWN, secFetchSite: 'same-site' })),
    ).toBeDefined()
  })
})

describe('originFault for GET', () => {
  it.each<[Partial<OriginFacts>, boolean]>([
    [{}, true],
    [{ secFetchSite: 'same-origin', secFetchMode: 'cors', secFetchDest: 'empty' }, true],
    [{ secFetchSite: 'none', secFetchMode: 'navigate', secFetchDest: 'document' }, true],
    [{ secFetchSite: 'cross-site', secFetchMode: 'navigate', secFetchDest: 'document' }, true],
    [{ secFetchSite: 'cross-site', secFetchMode: 'navigate', secFetchDest: 'iframe' }, false],
    [{ secFetchSite: 'cross-site', secFetchMode: 'no-cors', secFetchDest: 'script' }, false],
    [{ secFetchSite: 'same-site', secFetchMode: 'cors', secFetchDest: 'empty' }, false],
    [{ secFetchSite: 'cross-site' }, false],
  ])('%j', (given, allowed) => {
    expect(originFault(undefined, facts(given)) === undefined).toBe(allowed)
  })
})
