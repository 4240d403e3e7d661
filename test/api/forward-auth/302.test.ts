import { describe, expect, it } from 'vitest'
import { GRAFANA, HUB, nginx, openProxyRig, traefik } from './support.ts'

const page = { 'sec-fetch-mode': 'navigate' }

describe('GET /forward-auth?redirect=', () => {
  it.each(['1', 'true'])('%s sends a browser to the hub to sign in, and back', async (redirect) => {
    const { ask } = await openProxyRig()
    const url = `${GRAFANA}/d/x?y=z&a=%2F`
    const answer = await ask(`?redirect=${redirect}`, { ...page, ...traefik(url) })
    expect(answer.status).toBe(302)
    const location = new URL(answer.headers.get('location') ?? '')
    expect(location.origin + location.pathname).toBe(`${HUB}/hub/service-sign-in`)
    expect([...location.searchParams]).toEqual([['next', url]])
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it('leads to the beginning of the service when it is not said where the visitor was', async () => {
    const { ask } = await openProxyRig()
    const answer = await ask('/grafana?redirect=1')
    expect(answer.headers.get('location')).toBe(`${HUB}/hub/service-sign-in?service=grafana`)
  })

  it('is what pages get by way of a proxy that appends the visitor’s path', async () => {
    const { ask } = await openProxyRig()
    const answer = await ask('/grafana/a/b?c=d', page)
    expect([answer.status, answer.headers.get('location')]).toEqual([
      302,
      `${HUB}/hub/service-sign-in?service=grafana`,
    ])
  })

  it('is the same for services that there are not, at addresses of anybody', async () => {
    const { ask } = await openProxyRig()
    const path = '/nothing?redirect=1'
    const answer = await ask(path, nginx('https://evil.example.net/'))
    expect(answer.status).toBe(302)
    const location = new URL(answer.headers.get('location') ?? '')
    expect(location.origin).toBe(HUB)
  })

  it('needs no public URL for a proxy on the hub’s own host', async () => {
    const { ask } = await openProxyRig({
      base_url: '/jh/',
      public_url: undefined,
      services: [{ name: 'grafana', forward_auth: {} }],
    })
    const answer = await ask('/grafana?redirect=1')
    expect(answer.headers.get('location')).toBe('/jh/hub/service-sign-in?service=grafana')
  })
})
