import { describe, expect, it } from 'vitest'
import type { Asked, HostsConfig } from '../../src/edge/own-hosts.ts'
import { OwnHosts } from '../../src/edge/own-hosts.ts'

function configOf(
  hosts: string[],
  urls: { public_url?: string; hub_connect_url?: string } = {},
): HostsConfig {
  const { public_url, hub_connect_url } = urls
  return {
    listen: { hosts },
    ...(public_url === undefined ? {} : { public_url }),
    spawner: hub_connect_url === undefined ? {} : { hub_connect_url },
  } as unknown as HostsConfig
}

const asked = (host: string, localAddress?: string): Asked => ({
  headers: { host },
  socket: { localAddress },
})

const own = (...hosts: string[]) => new OwnHosts(() => configOf(hosts))

describe('the hosts that a gateway answers to', () => {
  it.each(['hub.example.org', 'anything', '[::1]:8000', '127.0.0.1'])(
    'are all, %s too, when none is listed',
    (host) => {
      expect(own().has(asked(host, '10.0.0.5'))).toBe(true)
    },
  )

  it.each([
    ['hub.example.org', 'hub.example.org'],
    ['hub.example.org', 'HUB.Example.Org'],
    ['Hub.Example.org', 'hub.example.org'],
    ['hub.example.org', 'hub.example.org.'],
    ['hub.example.org.', 'hub.example.org'],
    ['hub.example.org', 'hub.example.org:8443'],
    ['hub.example.org:8443', 'hub.example.org:8443'],
    ['[2001:db8::1]', '[2001:DB8::1]:80'],
    ['[2001:db8::1]:80', '[2001:db8::1]:80'],
  ])('%s listed: %s is one', (listed, host) => {
    expect(own('other.example.org', listed).has(asked(host, '10.0.0.5'))).toBe(true)
  })

  it.each([
    ['hub.example.org', 'example.org'],
    ['hub.example.org', 'evil.hub.example.org'],
    ['hub.example.org', 'hub.example.org.evil.example'],
    ['hub.example.org', 'xhub.example.org'],
    ['hub.example.org:8443', 'hub.example.org'],
    ['hub.example.org:8443', 'hub.example.org:8444'],
    ['hub.example.org', 'localhost'],
    ['hub.example.org', '10.0.0.6'],
    ['hub.example.org', '[::1]'],
  ])('%s listed: %s is none', (listed, host) => {
    expect(own(listed).has(asked(host, '10.0.0.5'))).toBe(false)
  })

  it.each([
    ['10.0.0.5', '10.0.0.5'],
    ['10.0.0.5:8000', '10.0.0.5'],
    ['10.0.0.5:8000', '::ffff:10.0.0.5'],
    ['[::1]:8000', '::1'],
  ])('have the address that was connected to among them: %s at %s', (host, localAddress) => {
    expect(own('hub.example.org').has(asked(host, localAddress))).toBe(true)
  })

  it('have those of public_url and hub_connect_url among them', () => {
    const urls = { public_url: 'https://hub.example.org:8443', hub_connect_url: 'http://hub:8000' }
    const hosts = new OwnHosts(() => configOf(['other.example.org'], urls))
    const names = ['hub.example.org', 'hub.example.org:8443', 'hub:8000', 'hub', 'hub.example.com']
    expect(names.map((host) => hosts.has(asked(host)))).toEqual([true, true, true, true, false])
  })

  it('follow the configuration in force', () => {
    let config = configOf(['old.example.org'])
    const hosts = new OwnHosts(() => config)
    expect(hosts.has(asked('old.example.org'))).toBe(true)
    config = configOf(['new.example.org'])
    expect(hosts.has(asked('old.example.org'))).toBe(false)
    expect(hosts.has(asked('new.example.org'))).toBe(true)
  })
})
