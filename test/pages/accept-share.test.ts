import { describe, expect, it } from 'vitest'
import { keys } from '../../src/hub/keys.ts'
import { issueShareCode, listShareCodes } from '../../src/hub/shares/share-codes.ts'
import { findShare } from '../../src/hub/shares/shares.ts'
import type { StoreEvent } from '../../src/store/port.ts'
import { ownerOf, putServer } from '../support/people.ts'
import type { Site } from './site.ts'
import { openSite } from './site.ts'

const PATH = '/hub/accept-share'
const EVE = { kind: 'user', name: 'eve' } as const
const READY = { wanted: 'running', phase: 'ready', url: 'http://127.0.0.1:9' } as const
const SHARER = { load_roles: [{ name: 'sharer', scopes: ['shares', 'servers'], users: ['ada'] }] }

/** A site where Ada has made a code for one of her servers. */
async function openInvited(server = 'gpu', scopes = ['access:servers']) {
  const site = await openSite(SHARER)
  if (server !== '') await putServer(site.hub, site.ada, server)
  const place = { owner: 'ada', server }
  const { code } = await issueShareCode(site.hub, place, {
    scopes,
    maker: ownerOf(site.ada),
    expiresIn: 60,
  })
  return { ...site, code, place }
}

async function message(response: Response): Promise<unknown> {
  return ((await response.json()) as { message: unknown }).message
}

async function exchanges({ hub, ada }: Site): Promise<number[]> {
  const range = { offset: 0, limit: 9 }
  const { items } = await listShareCodes(hub, { ownerId: ada.id }, range)
  return items.map(({ record }) => record.exchangeCount)
}

describe('GET accept-share', () => {
  it('shows whose server it is, and what it gives', async () => {
    const { code, signedIn } = await openInvited('gpu', ['access:servers', 'start:servers'])
    const response = await (await signedIn('eve')).get(`${PATH}?code=${code}`)
    expect(response.status).toBe(200)
    const html = await response.text()
    expect(html).toContain('ada’s server “gpu”')
    expect(html).toContain(
      '<li>Open it, and use all that runs in it: files, notebooks and terminals.</li>',
    )
    expect(html).toContain('<li>Start it when it is stopped.</li>')
    expect(html).toContain('The server is not running now.')
    expect(html).toContain(`name="code" value="${code}"`)
    expect(html).toContain('method="post" action="/hub/accept-share"')
  })

  it('does not say that a running server is not running', async () => {
    const { hub, ada, code, signedIn } = await openInvited('')
    await putServer(hub, ada, '', READY)
    const html = await (await (await signedIn('eve')).get(`${PATH}?code=${code}`)).text()
    expect(html).toContain('ada’s server')
    expect(html).not.toContain('not running')
  })

  it.each([
    ['/user/ada/gpu/lab?a=1', '/user/ada/gpu/lab?a=1'],
    ['//evil.example', ''],
    ['https://evil.example/', ''],
    ['/\\evil.example', ''],
  ])('keeps the next %s as %j', async (next, kept) => {
    const { code, signedIn } = await openInvited()
    const path = `${PATH}?code=${code}&next=${encodeURIComponent(next)}`
    expect(await (await signedIn('eve')).hidden(path, 'next')).toBe(kept)
  })

  it('accepts nothing, and writes nothing', async () => {
    const site = await openInvited()
    const eve = await site.signedIn('eve')
    const events: StoreEvent[] = []
    const stop = site.hub.store.watch((event) => events.push(event))
    await eve.get(`${PATH}?code=${site.code}`)
    await eve.send('HEAD', `${PATH}?code=${site.code}`)
    stop()
    expect(events).toEqual([])
    expect(await exchanges(site)).toEqual([0])
  })

  it('sends who is not signed in to do so, and back', async () => {
    const { code, browser } = await openInvited()
    const one = browser()
    const path = `${PATH}?code=${code}`
    const response = await one.get(path)
    expect(response.headers.get('location')).toBe(`/hub/login?next=${encodeURIComponent(path)}`)
    expect((await one.signIn('eve', { next: path })).headers.get('location')).toBe(path)
    expect((await one.get(path)).status).toBe(200)
  })

  it('keeps the code to itself: no cache, no Referer, no frame', async () => {
    const { code, signedIn } = await openInvited()
    const { headers } = await (await signedIn('eve')).get(`${PATH}?code=${code}`)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('strict-origin')
    expect(headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*form-action 'self'.*frame-ancestors 'none'/,
    )
  })

  it.each(['', '?code=', '?next=/hub/home'])('answers 400 to %j, without a code', async (query) => {
    const { signedIn } = await openInvited()
    const response = await (await signedIn('eve')).get(PATH + query)
    expect([response.status, await message(response)]).toEqual([
      400,
      'Missing argument code: open the whole link that you were sent.',
    ])
  })

  it.each(['x', 'x'.repeat(43), '<script>'])('answers 404 to the code %j', async (code) => {
    const { signedIn } = await openInvited()
    const response = await (await signedIn('eve')).get(`${PATH}?code=${encodeURIComponent(code)}`)
    expect([response.status, await message(response)]).toEqual([
      404,
      'This invitation is unknown here, or over.',
    ])
  })

  it('answers 404 once the code has expired', async () => {
    const { hub, code, signedIn } = await openInvited()
    const eve = await signedIn('eve')
    hub.clock.advance(60_000)
    expect((await eve.get(`${PATH}?code=${code}`)).status).toBe(404)
  })

  it('answers 403 to the owner', async () => {
    const { code, signedIn } = await openInvited()
    const response = await (await signedIn('ada')).get(`${PATH}?code=${code}`)
    expect([response.status, await message(response)]).toEqual([
      403,
      "You can't share with yourself!",
    ])
  })

  it('is for people, not for scripts and frames', async () => {
    const { code, signedIn } = await openInvited()
    const eve = await signedIn('eve')
    const path = `${PATH}?code=${code}`
    expect((await eve.get(path, { 'sec-fetch-dest': 'iframe' })).status).toBe(403)
    expect((await eve.get(path, { 'sec-fetch-dest': 'empty' })).status).toBe(403)
    expect((await eve.get(path, { 'sec-fetch-dest': 'document' })).status).toBe(200)
  })
})

describe('POST accept-share', () => {
  it.each([
    ['gpu', '/user/ada/gpu/'],
    ['', '/user/ada/'],
  ])('accepts, and goes to the server %j', async (server, location) => {
    const site = await openInvited(server)
    const eve = await site.signedIn('eve')
    const response = await eve.post(PATH, { _xsrf: await eve.xsrf(), code: site.code })
    expect([response.status, response.headers.get('location')]).toEqual([302, location])
    expect(await findShare(site.hub, site.place, EVE)).toMatchObject({ scopes: ['access:servers'] })
    expect(await exchanges(site)).toEqual([1])
    await putServer(site.hub, site.ada, server, READY)
    const there = await eve.get(`/hub${location}`)
    expect([there.status, there.headers.get('location')]).toEqual([302, `${location}?redirects=1`])
  })

  it('takes the code and the next from the address too', async () => {
    const { code, signedIn } = await openInvited()
    const eve = await signedIn('eve')
    const path = `${PATH}?code=${code}&next=/user/ada/gpu/lab`
    const response = await eve.post(path, { _xsrf: await eve.xsrf() })
    expect([response.status, response.headers.get('location')]).toEqual([302, '/user/ada/gpu/lab'])
  })

  it.each(['//evil.example', 'https://evil.example/', 'javascript:alert(1)'])(
    'goes to the server instead of %s',
    async (next) => {
      const { code, signedIn } = await openInvited()
      const eve = await signedIn('eve')
      const response = await eve.post(PATH, { _xsrf: await eve.xsrf(), code, next })
      expect(response.headers.get('location')).toBe('/user/ada/gpu/')
    },
  )

  it('can be done again', async () => {
    const site = await openInvited()
    const eve = await site.signedIn('eve')
    const fields = { _xsrf: await eve.xsrf(), code: site.code }
    expect((await eve.post(PATH, fields)).status).toBe(302)
    expect((await eve.post(PATH, fields)).status).toBe(302)
    expect(await exchanges(site)).toEqual([2])
    expect(await site.hub.store.count(keys.sharesOfOwner(site.ada.id))).toBe(1)
  })

  it.each(['x', 'x'.repeat(43), '<b>'])(
    'answers 400 to the code %j, and keeps it',
    async (code) => {
      const site = await openInvited()
      const eve = await site.signedIn('eve')
      const response = await eve.post(PATH, { _xsrf: await eve.xsrf(), code })
      expect([response.status, await message(response)]).toEqual([
        400,
        'Invalid share code: it is unknown or has expired.',
      ])
      expect(await findShare(site.hub, site.place, EVE)).toBeUndefined()
    },
  )

  it('answers 400 without a code, and to an expired one', async () => {
    const site = await openInvited()
    const eve = await site.signedIn('eve')
    const _xsrf = await eve.xsrf()
    expect((await eve.post(PATH, { _xsrf })).status).toBe(400)
    site.hub.clock.advance(60_000)
    expect((await eve.post(PATH, { _xsrf, code: site.code })).status).toBe(400)
    expect(await findShare(site.hub, site.place, EVE)).toBeUndefined()
  })

  it('answers 400 to the owner', async () => {
    const site = await openInvited()
    const ada = await site.signedIn('ada')
    const response = await ada.post(PATH, { _xsrf: await ada.xsrf(), code: site.code })
    expect([response.status, await message(response)]).toEqual([
      400,
      "You can't share with yourself!",
    ])
    expect(await exchanges(site)).toEqual([0])
  })

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['without a token', { _xsrf: '' }, {}],
    ['with a wrong token', { _xsrf: 'x'.repeat(43) }, {}],
    ['from another origin', {}, { origin: 'http://evil.example' }],
    ['from the null origin', {}, { origin: 'null' }],
    ['from another site', {}, { 'sec-fetch-site': 'cross-site' }],
    ['by a script', {}, { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' }],
    ['as JSON', {}, { 'content-type': 'application/json' }],
  ])('%s accepts nothing', async (_name, fields, headers) => {
    const site = await openInvited()
    const eve = await site.signedIn('eve')
    const sent = { _xsrf: await eve.xsrf(), code: site.code, ...fields }
    const response = await eve.post(PATH, sent, headers)
    expect([400, 403]).toContain(response.status)
    expect(await findShare(site.hub, site.place, EVE)).toBeUndefined()
    expect(await exchanges(site)).toEqual([0])
  })

  it('accepts nothing without a session, or with the token of another', async () => {
    const site = await openInvited()
    const [eve, ada] = [await site.signedIn('eve'), await site.signedIn('ada')]
    const fields = { _xsrf: await ada.xsrf(), code: site.code }
    expect((await site.browser().post(PATH, fields)).status).toBe(403)
    expect((await eve.post(PATH, fields)).status).toBe(403)
    expect(await exchanges(site)).toEqual([0])
  })

  it('has no other methods', async () => {
    const { code, signedIn } = await openInvited()
    const eve = await signedIn('eve')
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      expect((await eve.send(method, `${PATH}?code=${code}`)).status).toBe(405)
    }
  })
})
