import { describe, expect, it } from 'vitest'
import type { AskedService } from '../../../src/auth/forward-auth/asked-service.ts'
import { askedService } from '../../../src/auth/forward-auth/asked-service.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { GRAFANA, HUB, worldConfig } from './world.ts'

const config = configSchema.parse(worldConfig())

interface Wish {
  named?: string
  url?: string
  told?: string
  method?: string
  host?: string
  headers?: Record<string, string>
}

function ask({
  named = 'grafana',
  url,
  told,
  method = 'GET',
  host = 'hubgate:8000',
  headers,
}: Wish) {
  const all = new Headers(headers)
  const subrequest = { method, host, header: (name: string) => all.get(name) }
  return askedService(config, named, { url, method: told }, subrequest)
}

describe('the service', () => {
  it.each<[Wish, string]>([
    [{}, 'grafana'],
    [{ named: '', url: `${GRAFANA}/x` }, 'grafana'],
    [{ url: `${GRAFANA}/x` }, 'grafana'],
    [{ named: '', url: `${HUB}/services/wiki/` }, 'wiki'],
    [{ named: 'wiki', url: `${GRAFANA}/x` }, ''],
    [{ url: 'https://other.example.org/' }, ''],
    [{ named: '', url: 'https://other.example.org/' }, ''],
    [{ named: 'plain' }, ''],
    [{ named: 'nothing' }, ''],
    [{ named: 'constructor' }, ''],
  ])('of %j is %j', (wish, service) => {
    expect(ask(wish).service).toBe(service)
  })
})

describe('the method', () => {
  it.each<[Wish, string]>([
    [{}, 'GET'],
    [{ method: 'HEAD' }, 'HEAD'],
    [{ method: 'DELETE' }, 'DELETE'],
    [{ told: 'PUT' }, 'PUT'],
    [{ method: 'POST', told: 'GET' }, 'GET'],
    [{ headers: { origin: HUB } }, 'POST'],
    [{ told: 'GET', headers: { origin: HUB } }, 'GET'],
  ])('of %j is %s', (wish, method) => {
    expect(ask(wish).method).toBe(method)
  })
})

describe('the origin of the service’s pages', () => {
  it.each<[Wish, string | undefined]>([
    [{}, GRAFANA],
    [{ headers: { origin: GRAFANA } }, GRAFANA],
    [{ headers: { origin: HUB } }, GRAFANA],
    [{ url: `${HUB}/services/grafana/` }, HUB],
    [{ named: 'wiki' }, HUB],
    [{ named: 'nothing' }, undefined],
  ])('of %j is %s', (wish, origin) => {
    expect(ask(wish).servedAt).toBe(origin)
  })
})

describe('the rest', () => {
  it.each([
    ['hub.example.org', true],
    ['HUB.example.org:443', true],
    ['hub.example.org.', true],
    ['grafana.example.org', false],
    ['10.0.0.1:8000', false],
  ])('%s is the hub’s own host: %s', (host, atHub) => {
    expect(ask({ host }).atHub).toBe(atHub)
  })

  it.each<[Record<string, string>, boolean]>([
    [{ upgrade: 'websocket' }, true],
    [{ 'sec-websocket-key': 'x' }, true],
    [{}, false],
  ])('%j is an upgrade: %s', (headers, isUpgrade) => {
    expect(ask({ headers })).toMatchObject<Partial<AskedService>>({ isUpgrade })
  })

  it('has the tokens of the address', () => {
    expect(ask({ url: `${GRAFANA}/?token=a&x=b&t%6Fken=c%20d` }).queryTokens).toEqual(['a', 'c d'])
  })

  it('is careful where no public URL says which host is the hub’s', () => {
    const { public_url: _, ...rest } = config
    const asked = askedService(
      rest,
      'wiki',
      { url: undefined, method: undefined },
      {
        method: 'GET',
        host: 'hubgate:8000',
        header: () => null,
      },
    )
    expect([asked.atHub, asked.servedAt]).toEqual([true, undefined])
  })
})
