import { describe, expect, it } from 'vitest'
import { placedUrl } from '../../../src/auth/forward-auth/service-places.ts'
import { cookiePlace, signInPath } from '../../../src/auth/forward-auth/sign-in.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { GRAFANA, HUB, worldConfig } from './world.ts'

describe('signInPath', () => {
  it('carries what was asked for, escaped', () => {
    const path = signInPath({ base_url: '/jh/' }, { service: 'a&b', next: '/services/x/?y=z&w#v' })
    expect(path).toBe(
      '/jh/hub/service-sign-in?service=a%26b&next=%2Fservices%2Fx%2F%3Fy%3Dz%26w%23v',
    )
  })

  it.each([4000, 16_000])(
    'leaves out an address that the login page would not take: %d',
    (length) => {
      const next = `/services/x/${'%20'.repeat(length / 3)}`
      expect(signInPath({ base_url: '/' }, { service: 'x', next })).toBe(
        '/hub/service-sign-in?service=x',
      )
    },
  )
})

describe('cookiePlace', () => {
  const place = (text: string, grafana: object = {}, hubHost = 'hub.example.org') => {
    const config = configSchema.parse(worldConfig(grafana))
    const found = placedUrl(config, HUB, text)
    if (found === undefined) throw new Error('no place')
    return cookiePlace(config, hubHost, found.place)
  }

  it.each<[string, string, object, object | undefined]>([
    ['behind the gateway', `${HUB}/services/wiki/x`, {}, { path: '/services/wiki/', wide: false }],
    ['at a sibling', `${GRAFANA}/x`, {}, { path: '/', domain: 'example.org', wide: true }],
    ['at a sibling without a domain', `${GRAFANA}/x`, { cookie_domain: undefined }, undefined],
    [
      'at a path of the hub’s host',
      `${HUB}/g/x`,
      { external_urls: [`${HUB}/g/`] },
      { path: '/g', wide: false },
    ],
    [
      'at another port of it',
      `${HUB}:8443/g/x`,
      { external_urls: [`${HUB}:8443/g/`] },
      { path: '/g', wide: false },
    ],
    [
      'at another site',
      'https://far.example.net/',
      { external_urls: ['https://far.example.net/'] },
      undefined,
    ],
  ])('%s', (_, url, grafana, expected) => {
    expect(place(url, grafana)).toEqual(expected)
  })

  it('is nowhere for a browser that knows the hub by a host of another domain', () => {
    expect(place(`${GRAFANA}/x`, {}, 'localhost')).toBeUndefined()
  })
})
