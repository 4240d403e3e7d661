import { describe, expect, it } from 'vitest'
import { putServer } from '../support/people.ts'
import type { Site } from './site.ts'
import { openSite } from './site.ts'

/** Every form that changes something, and every way to send it that must change nothing (threats P13). */

const READY = { wanted: 'running', phase: 'ready', url: 'http://127.0.0.1:9' } as const
const PATHS = [
  ...['/hub/logout', '/hub/spawn', '/hub/spawn/ada', '/hub/spawn/ada/gpu', '/hub/stop/ada'],
  ...['/hub/sessions/end-others', '/hub/sessions/SID/end'],
]

type Attack = [
  name: string,
  fields: (own: string, others: string) => Record<string, string>,
  headers: Record<string, string>,
]

const own = (_xsrf: string): Record<string, string> => ({ _xsrf })

const ATTACKS: Attack[] = [
  ['without a token', () => ({}), {}],
  ['with an empty token', () => ({ _xsrf: '' }), {}],
  ['with a wrong token', () => ({ _xsrf: 'x'.repeat(43) }), {}],
  ['with another session’s token', (_own, _xsrf) => ({ _xsrf }), {}],
  ['from another origin', own, { origin: 'http://evil.example' }],
  ['from another port', own, { origin: 'http://localhost:81' }],
  ['from the null origin', own, { origin: 'null' }],
  ['from another site', own, { 'sec-fetch-site': 'cross-site' }],
  ['from a sibling site', own, { 'sec-fetch-site': 'same-site' }],
  ['by a script', own, { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' }],
  ['in a frame', own, { 'sec-fetch-dest': 'iframe' }],
  ['as JSON', own, { 'content-type': 'application/json' }],
  ['as text', own, { 'content-type': 'text/plain' }],
  ['without a type', own, { 'content-type': '' }],
]

async function stateOf({ hub }: Site): Promise<unknown> {
  return [await hub.store.list(['server']), await hub.store.list(['session'])]
}

describe.each(PATHS)('POST %s', (path) => {
  it.each(ATTACKS)('%s changes nothing', async (_name, fields, headers) => {
    const site = await openSite()
    if (path.startsWith('/hub/stop')) await putServer(site.hub, site.ada, '', READY)
    const [ada, eve] = [await site.signedIn('ada'), await site.signedIn('eve')]
    await site.signedIn('ada')
    const sent = fields(await ada.xsrf(), await eve.xsrf())
    const before = await stateOf(site)
    const sid = ada.cookies.get('jupyterhub-session-id /')?.value ?? ''
    const response = await ada.post(path.replace('SID', sid), sent, headers)
    expect([400, 403]).toContain(response.status)
    expect(await stateOf(site)).toEqual(before)
  })

  it('without a session is refused', async () => {
    const site = await openSite()
    const ada = await site.signedIn('ada')
    const response = await site.browser().post(path, { _xsrf: await ada.xsrf() })
    expect(response.status).toBe(403)
  })

  it('does not take the token from the URL', async () => {
    const site = await openSite()
    const ada = await site.signedIn('ada')
    const response = await ada.post(`${path}?_xsrf=${await ada.xsrf()}`, {})
    expect(response.status).toBe(403)
  })

  it('does not take a bearer token for a session', async () => {
    const site = await openSite({ api_tokens: { 'config-secret': 'ada' } })
    const headers = { authorization: 'token config-secret' }
    expect((await site.browser().post(path, {}, headers)).status).toBe(403)
  })
})
