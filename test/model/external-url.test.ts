import { describe, expect, it } from 'vitest'
import { isWithinDomain, overlapsHub, parseExternalUrl } from '../../src/model/external-url.ts'

describe('parseExternalUrl', () => {
  it.each([
    ['https://grafana.example.org', 'https://grafana.example.org', 'grafana.example.org', '/'],
    ['https://grafana.example.org/', 'https://grafana.example.org', 'grafana.example.org', '/'],
    [
      'https://hub.example.org/a/b-c_1~x/',
      'https://hub.example.org',
      'hub.example.org',
      '/a/b-c_1~x',
    ],
    ['http://10.0.0.1:8080/a', 'http://10.0.0.1:8080', '10.0.0.1', '/a'],
    ['https://h.example.org:443/a', 'https://h.example.org', 'h.example.org', '/a'],
    ['http://[::1]:8080/', 'http://[::1]:8080', '[::1]', '/'],
  ])('%s', (text, origin, hostname, path) => {
    expect(parseExternalUrl(text)).toEqual({ origin, hostname, path })
  })

  it.each([
    ...['', 'grafana', '/grafana/', '//host/', 'ftp://host/', 'https:/host/', 'https://'],
    ...['https://u:p@host/', 'https://host/?a', 'https://host/#a', 'https://host/a b'],
    ...['https://host/%61/', 'https://host/a//b/', 'https://host/../b', 'https://host/./b'],
    ...[
      'https://host/.a/',
      'https://host\\a/',
      'https://HOST/',
      'https://host:99999/',
      'https://a:b:c/',
    ],
    ...['https://host/a;b', 'https://höst/', 'https://host/a\n'],
  ])('refuses %j', (text) => {
    expect(parseExternalUrl(text)).toBeUndefined()
  })
})

describe('isWithinDomain', () => {
  it.each([
    ['example.org', true],
    ['a.example.org', true],
    ['a.b.example.org', true],
    ['badexample.org', false],
    ['example.org.evil.net', false],
    ['org', false],
  ])('%s in example.org: %s', (host, expected) => {
    expect(isWithinDomain(host, 'example.org')).toBe(expected)
  })
})

describe('overlapsHub', () => {
  it.each([
    ['/', '/', true],
    ['/hub', '/', true],
    ['/hub/x', '/', true],
    ['/user', '/', true],
    ['/services/x', '/', true],
    ['/hubble', '/', false],
    ['/grafana', '/', false],
    ['/', '/jh/', true],
    ['/jh', '/jh/', true],
    ['/jh/hub', '/jh/', true],
    ['/jh/grafana', '/jh/', false],
    ['/hub', '/jh/', false],
  ])('%s below %s: %s', (path, base, expected) => {
    expect(overlapsHub(path, base)).toBe(expected)
  })
})
