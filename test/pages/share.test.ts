import { beforeEach, describe, expect, it } from 'vitest'
import { createGroups } from '../../src/hub/groups/groups.ts'
import { listShareCodes } from '../../src/hub/shares/share-codes.ts'
import { findShare, grantShare } from '../../src/hub/shares/shares.ts'
import type { StoreEvent } from '../../src/store/port.ts'
import { makeUser, putServer } from '../support/people.ts'
import type { Browser, Site } from './site.ts'
import { openSite } from './site.ts'

const ROLES = {
  load_roles: [
    {
      name: 'sharer',
      scopes: ['shares!user', 'read:users:name', 'read:groups:name'],
      users: ['ada'],
    },
    { name: 'inviter', scopes: ['shares!user'], users: ['ida'] },
  ],
}
const PLACE = { owner: 'ada', server: 'gpu' }
const EVE = { kind: 'user', name: 'eve' } as const
const CLASS = { kind: 'group', name: 'class' } as const

let site: Site
let ada: Browser

beforeEach(async () => {
  site = await openSite(ROLES)
  await putServer(site.hub, site.ada, 'gpu')
  await makeUser(site.hub, 'eve')
  await createGroups(site.hub, ['class'], [])
  ada = await site.signedIn('ada')
})

async function send(browser: Browser, path: string, fields: Record<string, string>) {
  return browser.post(path, { _xsrf: await browser.xsrf(), ...fields })
}

async function textOf(browser: Browser, path = '/hub/share/ada/gpu'): Promise<string> {
  return (await browser.get(path)).text()
}

async function codes(): Promise<number> {
  const { total } = await listShareCodes(
    site.hub,
    { ownerId: site.ada.id },
    { offset: 0, limit: 9 },
  )
  return total
}

describe('the page about shares', () => {
  it('says with whom a server is shared, what they may do, and since when', async () => {
    await grantShare(site.hub, PLACE, EVE, ['access:servers'])
    await grantShare(site.hub, PLACE, CLASS, ['access:servers', 'start:servers'])
    const html = await textOf(ada)
    expect(html).toContain('<h1>Share your server “gpu”</h1>')
    expect(html).toContain('<h3>eve</h3>')
    expect(html).toMatch(/<p>A user, who may open it. Shared <time [^>]+>just now/)
    expect(html).toContain('A group, whose members may open it and start it.')
  })

  it('is there for the default server too, before it was ever started', async () => {
    const html = await textOf(ada, '/hub/share/ada')
    expect(html).toContain('Share your default server')
    expect(html).toContain('Nobody yet.')
    expect(html).toContain('action="/hub/share/ada"')
  })

  it('has many shares on several pages', async () => {
    for (let i = 0; i < 51; i++) {
      await makeUser(site.hub, `user-${i}`)
      await grantShare(site.hub, PLACE, { kind: 'user', name: `user-${i}` }, ['access:servers'])
    }
    expect(await textOf(ada)).toContain('1 to 50 of 51 shares')
    const second = await textOf(ada, '/hub/share/ada/gpu?offset=50')
    expect(second.match(/<h3>/g)).toHaveLength(1)
    for (const odd of ['-1', 'x', '1e99', '1.5']) {
      expect(await textOf(ada, `/hub/share/ada/gpu?offset=${odd}`)).toContain('1 to 50 of 51')
    }
  })

  it('only shows, to who may not share', async () => {
    await makeUser(site.hub, 'lea')
    const html = await textOf(await site.signedIn('lea'), '/hub/share/lea')
    expect(html).toContain('but not share it')
    expect(html).not.toContain('action="/hub/share')
    expect(html).not.toContain('action="/hub/invite')
  })

  it.each(['/hub/share/ada/gpu', '/hub/share/ada', '/hub/share/nobody', '/hub/share/ada/none'])(
    '%s is not for others, who do not learn whether it exists',
    async (path) => {
      const answer = await (await site.signedIn('eve')).get(path)
      expect(answer.status).toBe(404)
      expect(await answer.json()).toEqual(await (await ada.get('/hub/share/nobody/x')).json())
    },
  )

  it('answers 404 to the owner for a server that there is not', async () => {
    expect((await ada.get('/hub/share/ada/none')).status).toBe(404)
  })

  it('writes nothing, and asks strangers to sign in', async () => {
    const events: StoreEvent[] = []
    const stop = site.hub.store.watch((event) => events.push(event))
    await ada.get('/hub/share/ada/gpu')
    await ada.send('HEAD', '/hub/invite/ada/gpu')
    expect((await ada.get('/hub/unshare/ada/gpu')).status).toBe(405)
    stop()
    expect(events).toEqual([])
    const answer = await site.browser().get('/hub/share/ada/gpu')
    expect(answer.headers.get('location')).toBe('/hub/login?next=%2Fhub%2Fshare%2Fada%2Fgpu')
  })
})

describe('sharing by name', () => {
  it.each([
    [EVE, 'open', ['access:servers']],
    [CLASS, 'open', ['access:servers']],
    [EVE, 'made up', ['access:servers']],
  ])('shares with %j: %s', async (grantee, may, scopes) => {
    const answer = await send(ada, '/hub/share/ada/gpu', { ...grantee, may })
    const location = '/hub/share/ada/gpu?done=share-made'
    expect([answer.status, answer.headers.get('location')]).toEqual([303, location])
    expect(await findShare(site.hub, PLACE, grantee)).toMatchObject({ scopes })
    expect(await textOf(ada, location)).toContain('The server is shared.')
  })

  it('gives starting it where that is chosen and held', async () => {
    expect(await textOf(ada)).toContain('value="start"')
    await send(ada, '/hub/share/ada/gpu', { ...EVE, may: 'start' })
    const scopes = ['access:servers', 'start:servers']
    expect(await findShare(site.hub, PLACE, EVE)).toMatchObject({ scopes })
  })

  it.each([
    ['user', 'nobody', 'No such user: nobody'],
    ['group', 'none', 'No such group: none'],
    ['user', '', 'user must not be empty'],
    ['user', '<img src=x onerror=alert(1)>', 'No such user: '],
  ])('brings the form back for the %s %j', async (kind, name, message) => {
    const answer = await send(ada, '/hub/share/ada/gpu', { kind, name, may: 'start' })
    const html = await answer.text()
    expect(answer.status).toBe(400)
    expect(html).toContain(`role="alert" data-variant="error">${message}`)
    expect(html).toContain(`name="kind" value="${kind}" checked`)
    expect(html).toContain('name="may" value="start" checked')
    expect(html).not.toContain('<img')
  })

  it('does not tell whether there is somebody to who may not know', async () => {
    const ida = await site.signedIn('ida')
    const [known, unknown] = await Promise.all(
      ['eve', 'nobody'].map((name) => send(ida, '/hub/share/ida', { kind: 'user', name })),
    )
    expect([known?.status, unknown?.status]).toEqual([403, 403])
    const alert = async (answer?: Response) =>
      /role="alert"[^>]*>([^<]+)/.exec((await answer?.text()) ?? '')?.[1]
    const text = await alert(known)
    expect(text).toContain('Make an invitation instead')
    expect(await alert(unknown)).toBe(text)
  })

  it('is not possible without the scope, or for somebody else’s server', async () => {
    await makeUser(site.hub, 'lea')
    const lea = await site.signedIn('lea')
    expect((await send(lea, '/hub/share/lea', EVE)).status).toBe(403)
    expect((await send(lea, '/hub/invite/lea', {})).status).toBe(403)
    const ida = await site.signedIn('ida')
    for (const what of ['share', 'unshare', 'invite', 'uninvite']) {
      expect((await send(ida, `/hub/${what}/ada/gpu`, EVE)).status).toBe(404)
    }
    expect(await findShare(site.hub, PLACE, EVE)).toBeUndefined()
    expect(await codes()).toBe(0)
  })

  it('is ended again, and once more without harm', async () => {
    await grantShare(site.hub, PLACE, EVE, ['access:servers'])
    await grantShare(site.hub, PLACE, CLASS, ['access:servers'])
    for (let i = 0; i < 2; i++) {
      const answer = await send(ada, '/hub/unshare/ada/gpu', EVE)
      expect(answer.headers.get('location')).toBe('/hub/share/ada/gpu?done=share-ended')
    }
    expect(await findShare(site.hub, PLACE, EVE)).toBeUndefined()
    expect(await findShare(site.hub, PLACE, CLASS)).toBeDefined()
  })
})

describe('inviting with a link', () => {
  const linkIn = (html: string): string =>
    /id="invitation-link"[^>]*>([^<]+)</.exec(html)?.[1] ?? ''

  it('shows the link once, and it is good', async () => {
    const answer = await send(ada, '/hub/invite/ada/gpu', { expires_in: '3600', may: 'open' })
    const html = await answer.text()
    expect(answer.status).toBe(200)
    const link = new URL(linkIn(html))
    expect(html.split(link.search)).toHaveLength(2)
    expect(html).toContain('in 1 hour')
    const again = await textOf(ada)
    expect(again).not.toContain('invitation-link')
    expect(again).not.toContain(link.search)
    const eve = await site.signedIn('eve')
    const code = link.searchParams.get('code') ?? ''
    await send(eve, '/hub/accept-share', { code })
    expect(await findShare(site.hub, PLACE, EVE)).toMatchObject({ scopes: ['access:servers'] })
    expect(await textOf(ada)).toMatch(/Accepted once, last <time/)
  })

  it.each(['', '1', '99999999999', 'x'])('is good for a day instead of %j', async (expires_in) => {
    const html = await (await send(ada, '/hub/invite/ada/gpu', { expires_in })).text()
    expect(html).toContain('in 1 day')
  })

  it('is ended by its id, or with all others', async () => {
    for (let i = 0; i < 3; i++) await send(ada, '/hub/invite/ada/gpu', {})
    const [id = ''] = /sc_\d+/.exec(await textOf(ada)) ?? []
    for (let i = 0; i < 2; i++) {
      const one = await send(ada, '/hub/uninvite/ada/gpu', { id })
      expect(one.headers.get('location')).toBe('/hub/share/ada/gpu?done=invitation-ended')
    }
    expect(await codes()).toBe(2)
    const all = await send(ada, '/hub/uninvite/ada/gpu', {})
    expect(all.headers.get('location')).toBe('/hub/share/ada/gpu?done=invitations-ended')
    expect(await codes()).toBe(0)
  })
})

it.each(['share', 'unshare', 'invite', 'uninvite'])(
  '%s does nothing without the session’s XSRF value',
  async (what) => {
    await grantShare(site.hub, PLACE, CLASS, ['access:servers'])
    await send(ada, '/hub/invite/ada/gpu', {})
    for (const grantee of [EVE, CLASS]) {
      for (const _xsrf of ['', 'x'.repeat(43), await (await site.signedIn('eve')).xsrf()]) {
        const answer = await ada.post(`/hub/${what}/ada/gpu`, { ...grantee, _xsrf })
        expect(answer.status).toBe(403)
      }
    }
    expect(await findShare(site.hub, PLACE, EVE)).toBeUndefined()
    expect(await findShare(site.hub, PLACE, CLASS)).toBeDefined()
    expect(await codes()).toBe(1)
  },
)
