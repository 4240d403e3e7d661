import { describe, expect, it } from 'vitest'
import { scopesOfUser } from '../../src/hub/identity/identity.ts'
import { createService } from '../../src/hub/services/service-changes.ts'
import { issueToken, listTokens } from '../../src/hub/tokens/tokens.ts'
import type { TokenOwner } from '../../src/model/token.ts'
import type { StoreEvent } from '../../src/store/port.ts'
import { mainScopes } from '../../src/views/admin/tokens/tokens-scopes.ts'
import type { ConfigInput } from '../support/hub.ts'
import { makeUser, ownerOf } from '../support/people.ts'
import { serviceWish } from '../support/services.ts'
import type { Browser, Site } from './site.ts'
import { openSite } from './site.ts'

const PATH = '/hub/admin/tokens'
const DAY = 86_400_000

const CONFIG: ConfigInput = {
  admin_users: ['root'],
  api_tokens: { 'a-secret-of-the-config-0123456789abcdef': 'root' },
  load_roles: [
    { name: 'looker', scopes: ['admin-ui'], users: ['eve'] },
    { name: 'reader', scopes: ['admin-ui', 'read:tokens'], users: ['tim'] },
    { name: 'tutor', scopes: ['admin-ui', 'tokens!user=ada'], users: ['tom'] },
  ],
}

type TokenSite = Site & { root: Browser; bob: TokenOwner; adas: TokenOwner; give: Give }
type Give = (owner: TokenOwner, note: string, scopes?: string[]) => Promise<string>

async function openTokens(config: ConfigInput = {}): Promise<TokenSite> {
  const site = await openSite({ ...CONFIG, ...config })
  const root = await site.signedIn('root')
  const bob = ownerOf(await makeUser(site.hub, 'bob'))
  const give: Give = async (owner, note, scopes = ['inherit']) => {
    const { record } = await issueToken(site.hub, { owner, note, scopes, expiresAt: null })
    return record.id
  }
  return { ...site, root, bob, adas: ownerOf(site.ada), give }
}

const textOf = async (answer: Promise<Response>): Promise<string> => (await answer).text()

const send = async (browser: Browser, path: string, fields: Record<string, string>) =>
  browser.post(path, { _xsrf: await browser.xsrf(), ...fields })

const notesOf = async ({ hub }: Site, owner: TokenOwner): Promise<string[]> =>
  (await listTokens(hub, owner)).map(({ note }) => note)

describe('the tokens of all', () => {
  it('are shown with their owners, kinds, notes and scopes', async () => {
    const { root, adas, bob, give } = await openTokens()
    await give(adas, 'for <b>ci</b>')
    await give(bob, 'laptop', ['access:servers!user=bob'])
    const html = await textOf(root.get(PATH))
    expect(html).toContain('>for &lt;b&gt;ci&lt;/b&gt;</td>')
    expect(html).toContain('<td>notebook</td>')
    expect(html).toContain('<code>access:servers!user=bob</code>')
    expect(html).toContain('href="/hub/admin/tokens?owner=ada&amp;owner_kind=user"')
    expect(html).not.toContain('Revoke all that match')
  })

  it('are not revoked here when the config has them', async () => {
    const { root } = await openTokens()
    const html = await textOf(root.get(`${PATH}?user=root`))
    expect(html).toContain('In the config')
    expect(html).not.toContain('name="token"')
  })

  it('are narrowed by all that the API knows', async () => {
    const { hub, root, adas, bob, give } = await openTokens()
    await give(adas, 'old one')
    hub.clock.advance(5 * DAY)
    await give(adas, 'new one')
    await give(bob, 'of bob', ['access:servers!user=bob'])
    const middle = new Date(hub.clock.now() - DAY).toISOString().slice(0, 10)
    const notesAt = async (query: string): Promise<string[]> => {
      const html = await textOf(root.get(`${PATH}?${query}`))
      return ['old one', 'new one', 'of bob'].filter((note) => html.includes(`>${note}</td>`))
    }
    expect(await notesAt('user=ada')).toEqual(['old one', 'new one'])
    expect(await notesAt('owner=bob&owner_kind=user&note=')).toEqual(['of bob'])
    expect(await notesAt('note=ONE&kind=hub')).toEqual(['old one', 'new one'])
    expect(await notesAt(`unused_since=${middle}`)).toEqual(['old one'])
    expect(await notesAt(`created_before=${middle}`)).toEqual(['old one'])
    expect(await notesAt('kind=notebook')).toEqual(['of bob'])
    expect(await notesAt('scope=access:servers!user=bob')).toEqual(['of bob'])
    expect(await notesAt('user=nobody')).toEqual([])
  })

  it('show the filter again, with what is wrong in it', async () => {
    const { root } = await openTokens()
    const answer = await root.get(
      `${PATH}?scope=nonsense&note=%22%3E%3Cb%3E&created_before=yesterday`,
    )
    expect(answer.status).toBe(400)
    const html = await answer.text()
    expect(html).toContain('role="alert"')
    expect(html).toContain('value="&quot;&gt;&lt;b&gt;"')
    expect((await root.get(`${PATH}?after=nonsense`)).status).toBe(400)
  })

  it('have pages', async () => {
    const { root, adas, give } = await openTokens({ api_page_max_limit: 20 })
    for (let i = 0; i < 50; i++) await give(adas, `n${i}.`)
    const first = await textOf(root.get(`${PATH}?user=ada`))
    const [, next = ''] = /href="([^"]*after=[^"]*)">Next page/.exec(first) ?? []
    const second = await textOf(root.get(next.replaceAll('&amp;', '&')))
    const notes = (html: string) => [...html.matchAll(/>n(\d+)\.<\/td>/g)].map(([, i]) => Number(i))
    expect(notes(first)).toHaveLength(30)
    expect([...notes(first), ...notes(second)].sort((a, b) => a - b)).toEqual([...Array(50).keys()])
    expect(second).toContain('First page')
    expect(second).not.toContain('Next page')
  })

  it('are not for others', async () => {
    const { signedIn } = await openTokens()
    expect((await (await signedIn('ada')).get(PATH)).status).toBe(403)
  })

  it('are their own ones for those who lack the scope, who are told which', async () => {
    const site = await openTokens()
    await site.give(site.adas, 'of ada')
    const html = await textOf((await site.signedIn('eve')).get(PATH))
    expect(html).toContain('take the scope <code>read:tokens</code>')
    expect(html).toContain('There is no such token.')
    expect(html).not.toContain('of ada')
  })

  it('are shown as far as somebody reaches', async () => {
    const { signedIn, adas, bob, give } = await openTokens()
    await give(adas, 'of ada')
    await give(bob, 'of bob')
    const tom = await textOf((await signedIn('tom')).get(PATH))
    expect([tom.includes('of ada'), tom.includes('of bob')]).toEqual([true, false])
    const tim = await textOf((await signedIn('tim')).get(`${PATH}?note=of`))
    expect([tim.includes('of ada'), tim.includes('of bob')]).toEqual([true, true])
    expect(tim).toContain('takes the scope <code>tokens</code>')
    expect(tim).not.toContain('Revoke all')
    expect(tim).not.toContain('name="token"')
  })
})

describe('one token', () => {
  it('is revoked, and leads back to the same filter', async () => {
    const site = await openTokens()
    const { root, adas, give } = site
    const id = await give(adas, 'a')
    await give(adas, 'b')
    const answer = await send(root, PATH, { token: `ada/${id}`, owner: 'ada', owner_kind: 'user' })
    expect(answer.headers.get('location')).toBe(
      '/hub/admin/tokens?owner=ada&owner_kind=user&done=token-revoked',
    )
    expect(await notesOf(site, adas)).toEqual(['b'])
  })

  it.each([
    ['nothing', '', 400],
    ['an unknown one', 'ada/a999', 404],
    ["somebody else's", 'bob/a1', 404],
    ['a path', 'ada/..', 400],
    ['another path', '../x', 404],
  ])('is not revoked by %s', async (_, token, status) => {
    const site = await openTokens()
    await site.give(site.adas, 'a')
    expect((await send(site.root, PATH, { token })).status).toBe(status)
    expect(await notesOf(site, site.adas)).toEqual(['a'])
  })

  it('is not revoked by those who may not, or without the XSRF value', async () => {
    const site = await openTokens()
    const token = `bob/${await site.give(site.bob, 'a')}`
    for (const name of ['eve', 'tim', 'tom', 'ada']) {
      const answer = await send(await site.signedIn(name), PATH, { token })
      expect([403, 404]).toContain(answer.status)
    }
    expect((await site.root.post(PATH, { token })).status).toBe(403)
    expect(await notesOf(site, site.bob)).toEqual(['a'])
  })
})

describe('many tokens', () => {
  const ALL = `${PATH}/revoke`

  it('are counted and shown before, and nothing is done yet', async () => {
    const site = await openTokens()
    for (let i = 0; i < 12; i++) await site.give(site.adas, `ci ${i}`)
    const events: StoreEvent[] = []
    const stop = site.hub.store.watch((event) => events.push(event))
    const html = await textOf(site.root.get(`${ALL}?note=ci`))
    stop()
    expect(events).toEqual([])
    expect(html).toContain('<strong>12 tokens</strong>')
    expect(html).toContain('Filter: note contains <strong>ci</strong>')
    expect(html).toContain('The first 10 that match')
    expect(await notesOf(site, site.adas)).toHaveLength(12)
  })

  it('are revoked, and those that stay are named with why', async () => {
    const site = await openTokens()
    await site.give(site.adas, 'ci')
    await site.give(site.bob, 'CI too')
    await site.give(site.bob, 'other')
    const answer = await send(site.root, ALL, { note: 'c' })
    expect(answer.status).toBe(200)
    const html = await answer.text()
    expect(html).toContain('<strong>2 tokens</strong> are revoked.')
    expect(html).toContain('1 token that matches and stays')
    expect(html).toContain('It is in the configuration file')
    expect([await notesOf(site, site.adas), await notesOf(site, site.bob)]).toEqual([[], ['other']])
  })

  it('of a service are revoked by its name', async () => {
    const site = await openTokens()
    const { hub, root } = site
    const apiToken = 'a-service-token-0123456789abcdef0123'
    const { id } = await createService(hub, serviceWish('cull', { apiToken }))
    const html = await textOf(root.get(`${PATH}?service=cull`))
    expect(html).toContain('href="/hub/admin/tokens/revoke?owner=cull&amp;owner_kind=service"')
    await send(root, ALL, { owner: 'cull', owner_kind: 'service' })
    expect(await notesOf(site, { kind: 'service', name: 'cull', id })).toEqual([])
  })

  it('are revoked in steps that somebody goes on with', async () => {
    const site = await openTokens({ api_page_max_limit: 2 })
    for (let i = 0; i < 25; i++) await site.give(site.adas, 'ci')
    const asked = await textOf(site.root.get(`${ALL}?note=ci`))
    expect(asked).toContain('more than 20 tokens')
    const html = await textOf(send(site.root, ALL, { note: 'ci' }))
    expect(html).toContain('<strong>20 tokens</strong> are revoked so far')
    const fields = [...html.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)]
    const sent = Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]))
    const end = await textOf(send(site.root, ALL, sent))
    expect(end).toContain('<strong>25 tokens</strong> are revoked.')
    expect(await notesOf(site, site.adas)).toEqual([])
  })

  it('are not revoked without a filter', async () => {
    const site = await openTokens()
    await site.give(site.adas, 'a')
    for (const answer of [
      await site.root.get(ALL),
      await site.root.get(`${ALL}?note=&owner=%20`),
      await send(site.root, ALL, {}),
      await send(site.root, ALL, { note: '' }),
    ]) {
      expect(answer.status).toBe(400)
      expect(await answer.text()).toContain('Filter first')
    }
    expect(await notesOf(site, site.adas)).toEqual(['a'])
  })

  it('are not revoked with a filter that is wrong', async () => {
    const site = await openTokens()
    await site.give(site.adas, 'a')
    for (const answer of [
      await site.root.get(`${ALL}?created_before=tomorrow`),
      await send(site.root, ALL, { created_before: 'tomorrow' }),
    ]) {
      expect(answer.status).toBe(400)
      expect(await answer.text()).toContain('created_before must be')
    }
    expect(await notesOf(site, site.adas)).toEqual(['a'])
  })

  it('are not revoked by those who may not, or without the XSRF value', async () => {
    const site = await openTokens()
    await site.give(site.bob, 'a')
    for (const name of ['eve', 'tim', 'tom']) {
      const browser = await site.signedIn(name)
      const asked = await textOf(browser.get(`${ALL}?note=a`))
      expect(asked).toContain('No token can be revoked')
      expect(await textOf(send(browser, ALL, { note: 'a' }))).toContain('0 tokens')
    }
    const ada = await site.signedIn('ada')
    expect((await ada.get(`${ALL}?note=a`)).status).toBe(403)
    expect((await send(ada, ALL, { note: 'a' })).status).toBe(403)
    expect((await site.root.post(ALL, { note: 'a' })).status).toBe(403)
    expect(await notesOf(site, site.bob)).toEqual(['a'])
  })
})

describe('the scopes of a token in short', () => {
  it('leave out what others bring', () => {
    const all = ['read:users', 'read:users:name', 'read:users:name!user=ada', 'servers!user=ada']
    expect(mainScopes([...all, 'read:servers!user=ada', 'x'])).toEqual([
      'read:users',
      'servers!user=ada',
      'x',
    ])
  })

  it('of an admin are few', async () => {
    const { hub, root } = await openTokens()
    expect(
      (await scopesOfUser(hub, await makeUser(hub, 'zoe', { admin: true }))).size,
    ).toBeGreaterThan(30)
    const html = await textOf(root.get(`${PATH}?user=root`))
    const [, count = ''] = /<summary>(\d+) scopes<\/summary>/.exec(html) ?? []
    expect(Number(count)).toBeGreaterThan(5)
    expect(Number(count)).toBeLessThan(25)
  })
})
