import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { homeOf, placedUrl } from '../../../src/auth/forward-auth/service-places.ts'
import { configSchema } from '../../../src/config/schema.ts'

const HUB = 'https://hub.example.org'

const config = configSchema.parse({
  public_url: HUB,
  services: [
    { name: 'wiki', url: 'http://127.0.0.1:1', forward_auth: {} },
    {
      name: 'grafana',
      forward_auth: {
        external_urls: [
          'https://grafana.example.org/',
          `${HUB}/grafana/`,
          'http://10.0.0.1:8080/g/',
        ],
      },
    },
    { name: 'admin', forward_auth: { external_urls: [`${HUB}/grafana/admin/`] } },
    { name: 'plain', url: 'http://127.0.0.1:2' },
    { name: 'nowhere', forward_auth: {} },
  ],
})

const serviceOf = (text: string) => placedUrl(config, HUB, text)?.place.service

describe('whose address it is', () => {
  it.each([
    [`${HUB}/services/wiki/`, 'wiki'],
    [`${HUB}/services/wiki`, 'wiki'],
    [`${HUB}/services/wiki/a?b=c`, 'wiki'],
    ['https://HUB.example.org:443/services/wiki/', 'wiki'],
    ['https://grafana.example.org', 'grafana'],
    ['https://grafana.example.org?a', 'grafana'],
    ['https://grafana.example.org/a//b/../c', 'grafana'],
    [`${HUB}/grafana`, 'grafana'],
    [`${HUB}/grafana/`, 'grafana'],
    [`${HUB}/grafana/a%20b/100%.ipynb`, 'grafana'],
    [`${HUB}/grafana/x%2Fy`, 'grafana'],
    [`${HUB}/grafana/administration`, 'grafana'],
    [`${HUB}/grafana/admin`, 'admin'],
    [`${HUB}/grafana/admin/x`, 'admin'],
    ['http://10.0.0.1:8080/g/x', 'grafana'],
  ])('%s is of %s', (text, service) => {
    expect(serviceOf(text)).toBe(service)
  })

  it.each([
    ...[`${HUB}/grafanax/`, `${HUB}/Grafana/`, `${HUB}/`, HUB, `${HUB}/services/`],
    ...[`${HUB}/services/plain/`, `${HUB}/services/grafana/`, `${HUB}/services/nowhere/`],
    ...[
      'http://hub.example.org/grafana/',
      `${HUB}:8443/grafana/`,
      'https://grafana.example.org.evil.net/',
    ],
    ...['http://10.0.0.1/g/', 'http://10.0.0.1:8080/', 'https://evil@grafana.example.org/'],
    ...[
      'https://grafana.example.org@evil.net/',
      'javascript://grafana.example.org/',
      '/grafana/',
      '',
    ],
    ...['//hub.example.org/grafana/', `${HUB}\\grafana/`, `${HUB}/grafana/#x`, `${HUB}/grafana/ x`],
    ...[` ${HUB}/grafana/`, `${HUB}/grafana/\n`, `${HUB}/grafana/\u0000`, `${HUB}/grafana/é`],
    ...[`${HUB}/grafana/${'x'.repeat(17_000)}`],
  ])('%s is nobody’s', (text) => {
    expect(serviceOf(text)).toBeUndefined()
  })

  it.each([
    ...[
      '/grafana/../x',
      '/grafana/%2e%2e/x',
      '/grafana/..%2fx',
      '/grafana/%252e%252e/x',
      '/x/../grafana/',
    ],
    ...[
      '/grafana/..;/x',
      '/grafana/..%5cx',
      '/%67rafana/',
      '//grafana/',
      '/./grafana/',
      '/grafana;x/',
    ],
    ...['/grafana/%61dmin/', '/grafana//admin/', '/grafana/./admin/', '/grafana/x/../admin/'],
    ...['/grafana/admin/../', '/grafana/admin%2fx', '/grafana/%2561dmin/', '/grafana/admin;x/'],
    ...[
      '/grafana/%c0%ae%c0%ae/x',
      '/grafana/admin/..%2f',
      '/grafana/..%00/x/../admin',
      '/../grafana/',
    ],
  ])('%s, which different readers take for different places, is nobody’s', (path) => {
    expect(serviceOf(HUB + path)).toBeUndefined()
  })

  it('without knowing the gateway’s own origin, its own services have no address', () => {
    expect(placedUrl(config, undefined, `${HUB}/services/wiki/`)).toBeUndefined()
    expect(placedUrl(config, undefined, `${HUB}/grafana/`)?.place.service).toBe('grafana')
  })

  it('no reader finds another service than the one that is told', () => {
    const piece = fc.constantFrom(
      'grafana',
      'admin',
      '/',
      '..',
      '.',
      '%2f',
      '%2e',
      '%25',
      ';x',
      'a',
      '%61',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        const path = `/grafana/${pieces.join('')}`
        const told = serviceOf(HUB + path)
        if (told === undefined) return
        const seen = new URL(decodeURIComponent(path), HUB).pathname
        const isAdmin = /^\/grafana\/admin(\/|$)/.test(seen)
        expect([told, seen.startsWith('/grafana')]).toEqual([isAdmin ? 'admin' : 'grafana', true])
      }),
    )
  })
})

describe('where a service begins', () => {
  it.each([
    ['wiki', `${HUB}/services/wiki/`],
    ['grafana', 'https://grafana.example.org/'],
    ['admin', `${HUB}/grafana/admin/`],
    ['nowhere', undefined],
    ['plain', undefined],
    ['none', undefined],
  ])('%s: %s', (service, expected) => {
    expect(homeOf(config, HUB, service)?.url.href).toBe(expected)
  })
})
