import { describe, expect, it } from 'vitest'
import { ADA } from '../harness.ts'
import { GRAFANA, nginx, openProxyRig, STRANGER, traefik } from './support.ts'

const token = { authorization: `token ${ADA}` }

describe('GET /forward-auth', () => {
  it('does not guess what is asked for', async () => {
    const { ask } = await openProxyRig()
    const answers = [await ask('', token), await ask('/', token), await ask('?redirect=1', token)]
    expect(answers.map(({ status }) => status)).toEqual([400, 404, 400])
    expect(await answers[0]?.json()).toEqual({
      status: 400,
      message:
        'Name the service in the path, or its address in ?url= or in the headers of one of trusted_proxies.',
    })
  })

  it.each([
    ['nginx', nginx(`${GRAFANA}/`)],
    ['Traefik', traefik(`${GRAFANA}/`)],
  ])('does not listen to the headers of a proxy that nobody trusts: %s', async (_, headers) => {
    const { ask } = await openProxyRig()
    const all = { ...token, ...headers }
    expect((await ask('', all, { peer: STRANGER })).status).toBe(400)
    const none = await openProxyRig({ trusted_proxies: [] })
    expect((await none.ask('', all)).status).toBe(400)
  })

  it.each([
    ['two forms', { ...traefik(`${GRAFANA}/`), ...nginx('https://hub.example.org/wiki/') }],
    ['two methods', { ...traefik(`${GRAFANA}/`), 'X-Original-Method': 'POST' }],
    ['half of it', { 'X-Forwarded-Uri': '/', 'X-Forwarded-Proto': 'https' }],
  ])('does not choose between %s, whoever asks', async (_, headers) => {
    const { ask } = await openProxyRig()
    for (const path of ['', '/grafana']) {
      expect((await ask(path, { ...token, ...headers })).status).toBe(400)
      expect((await ask(path, headers)).status).toBe(400)
    }
  })

  it('does not choose between two addresses in a query that was not escaped', async () => {
    const { ask } = await openProxyRig()
    const path = `?url=${GRAFANA}/?x=1&url=https://hub.example.org/wiki/`
    expect((await ask(path, token)).status).toBe(400)
  })

  it('refuses a path that is not UTF-8', async () => {
    const { ask } = await openProxyRig()
    expect((await ask('/%ff', token)).status).toBe(400)
  })
})
