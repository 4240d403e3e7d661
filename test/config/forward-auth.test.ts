import { describe, expect, it } from 'vitest'
import { loadText, printedFaults } from './support.ts'

const service = (forwardAuth: string, rest = 'public_url: https://hub.example.org') => `
${rest}
services:
  - name: grafana
    forward_auth: ${forwardAuth}
`

/** The faults below `services.0.forward_auth`, without their places. */
const faultsOf = async (forwardAuth: string, rest?: string) =>
  (await printedFaults(service(forwardAuth, rest))).map((line) =>
    line.replace(/^\d+:\d+: services\.0\.forward_auth\./, ''),
  )

const urls = (text: string, more = '') => `{ external_urls: ["${text}"]${more} }`

describe('forward_auth', () => {
  it('is off unless it is there, and then has defaults', async () => {
    const off = await loadText('services: [{ name: grafana }]')
    expect(off.config.services[0]).not.toHaveProperty('forward_auth')
    const on = await loadText('services: [{ name: grafana, forward_auth: {} }]')
    expect(on.config.services[0]?.forward_auth).toEqual({
      headers: ['user', 'groups', 'scopes', 'kind', 'jwt'],
      external_urls: [],
    })
  })

  it.each([
    '{ scope: "access:services" }',
    '{ scope: "access:services!service" }',
    '{ scope: "read:users!group=class-a" }',
    '{ headers: [authorization] }',
    '{ headers: [], groups: [a] }',
    urls('https://hub.example.org/grafana/'),
    urls('https://hub.example.org:8443/grafana/'),
    urls('https://grafana.example.org/', ', cookie_domain: example.org'),
    urls('https://grafana.example.net/'),
  ])('takes %s', async (text) => {
    expect(await faultsOf(text)).toEqual([])
  })

  it.each([
    ['{ scope: "access:service" }', /^scope: .*does not exist; did you mean access:services\?$/],
    ['{ scope: "access:services!" }', /^scope: .*does not exist$/],
    ['{ scope: "access:servers!server" }', 'scope: name what it is for: !server=NAME'],
    ['{ headers: [user, email] }', /^headers\.1: /],
    [urls('grafana.example.org'), /^external_urls\.0: this is no plain URL/],
    [urls('https://hub.example.org/gra%66ana/'), /^external_urls\.0: this is no plain URL/],
    [urls('http://hub.example.org/grafana/'), /^external_urls\.0: this must be https/],
    [urls('https://hub.example.org/'), /^external_urls\.0: this covers the gateway's own paths/],
    [urls('https://hub.example.org/hub/x/'), /^external_urls\.0: this covers/],
    [urls('https://x.example.net/', ', cookie_domain: example.org'), /^external_urls\.0: .*not in/],
    ['{ cookie_domain: example.net }', /^cookie_domain: the host of public_url must be in/],
    ['{ cookie_domain: org }', /^cookie_domain: a cookie domain is/],
    ['{ cookie_domain: .example.org }', /^cookie_domain: a cookie domain is/],
    ['{ cookie_domain: 10.0.0.1 }', /^cookie_domain: a cookie domain is/],
    ['{ scopes: [] }', /scopes/],
  ])('refuses %s', async (text, fault) => {
    expect(await faultsOf(text)).toEqual([
      fault instanceof RegExp ? expect.stringMatching(fault) : fault,
    ])
  })

  it('needs a public URL to send people to', async () => {
    expect(await faultsOf(urls('https://a.example.org/'), '')).toEqual([
      'external_urls.0: this needs public_url: people are sent there to sign in',
    ])
  })

  it('an address belongs to one service', async () => {
    const text = `
public_url: https://hub.example.org
services:
  - { name: a, forward_auth: { external_urls: ["https://hub.example.org/x/"] } }
  - { name: b, forward_auth: { external_urls: ["https://hub.example.org:443/x"] } }
  - { name: c, forward_auth: { external_urls: ["https://hub.example.org/x/y/"] } }
`
    expect(await printedFaults(text)).toEqual([
      '5:48: services.1.forward_auth.external_urls.0: this is taken on line 4',
    ])
  })
})

describe('trusted_proxies', () => {
  it('takes addresses and networks, and nobody by default', async () => {
    const { config } = await loadText('trusted_proxies: [127.0.0.1, 10.0.0.0/8, "::1"]')
    expect(config.trusted_proxies).toEqual(['127.0.0.1', '10.0.0.0/8', '::1'])
    expect((await loadText('')).config.trusted_proxies).toEqual([])
  })

  it('refuses anything else', async () => {
    expect(await printedFaults('trusted_proxies: [localhost, 10.0.0.0/33]')).toEqual([
      '1:19: trusted_proxies.0: this is no address or network like 10.0.0.0/8',
      '1:30: trusted_proxies.1: this is no address or network like 10.0.0.0/8',
    ])
  })
})
