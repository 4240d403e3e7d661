import { describe, expect, it, vi } from 'vitest'
import { createGroups } from '../../src/hub/groups/groups.ts'
import { findServer } from '../../src/hub/servers/servers.ts'
import { createUsers, findUser } from '../../src/hub/users/users.ts'
import { makeUser, putServer } from '../support/people.ts'
import type { Browser, Site } from './site.ts'
import { openSite } from './site.ts'

async function openHub(): Promise<Site & { root: Browser; xsrf: string }> {
  const site = await openSite({ admin_users: ['root'], slow_spawn_timeout: 0 })
  await makeUser(site.hub, 'root', { admin: true })
  await makeUser(site.hub, 'bob')
  await createGroups(site.hub, ['class'], ['bob'])
  const root = await site.signedIn('root')
  return { ...site, root, xsrf: await root.xsrf() }
}

/** Sends the form with some users checked. */
function send(
  { root, xsrf }: { root: Browser; xsrf: string },
  names: readonly string[],
  fields: Record<string, string>,
): Promise<Response> {
  const body = new URLSearchParams({ _xsrf: xsrf, ...fields })
  for (const name of names) body.append('user', name)
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    origin: 'http://localhost',
  }
  return root.send('POST', '/hub/admin/bulk', headers, body.toString())
}

/** What became of each, and the summary. */
function results(html: string): [Record<string, string>, string | undefined] {
  const rows = html.matchAll(
    /<th scope="row">(?:<a [^>]*>)?([^<]*)(?:<\/a>)?<\/th><td class="state \w+">([^<]*)</g,
  )
  const each = Object.fromEntries([...rows].map(([, name = '', text = '']) => [name, text]))
  return [each, /<h2 id="summary-title">([^<]*)</.exec(html)?.[1]]
}

describe('what is done to many users', () => {
  it('is told of each, and what went wrong', async () => {
    const site = await openHub()
    await putServer(site.hub, site.ada, '', { wanted: 'running', phase: 'ready' })
    const answer = await send(site, ['ada', 'bob', 'nobody', '..'], {
      deed: 'start',
      view: 'search=b',
    })
    expect(answer.status).toBe(200)
    const html = await answer.text()
    expect(results(html)).toEqual([
      {
        ada: 'Failed: ada is already running',
        bob: 'Starting',
        nobody: 'Failed: It does not exist, or not any more.',
        '..': 'Failed: There is no user of that name.',
      },
      '1 done, 3 failed.',
    ])
    expect(html).toContain('href="/hub/admin?search=b"')
    expect(html).toContain('4 of 4')
    expect(html.trimEnd().endsWith('</html>')).toBe(true)
    expect(await findServer(site.hub, 'bob', '')).toMatchObject({ wanted: 'running', by: 'root' })
  })

  it('stops all servers of each', async () => {
    const site = await openHub()
    const { hub, ada } = site
    await putServer(hub, ada, '', { wanted: 'running', phase: 'ready' })
    await putServer(hub, ada, 'gpu', { wanted: 'running', phase: 'ready' })
    const html = await (await send(site, ['ada', 'bob'], { deed: 'stop' })).text()
    expect(results(html)).toEqual([
      { ada: 'Stopping', bob: 'Nothing was running' },
      '2 done, 0 failed.',
    ])
    expect(await findServer(hub, 'ada', 'gpu')).toMatchObject({ wanted: 'stopped' })
  })

  it('makes admins, and changes groups', async () => {
    const site = await openHub()
    const { hub } = site
    await send(site, ['ada', 'bob'], { deed: 'make-admin' }).then((answer) => answer.text())
    expect(await findUser(hub, 'bob')).toMatchObject({ admin: true })
    await send(site, ['ada', 'bob'], { deed: 'take-admin' }).then((answer) => answer.text())
    expect(await findUser(hub, 'bob')).toMatchObject({ admin: false })
    const joined = await (await send(site, ['ada'], { deed: 'join', group: 'class' })).text()
    expect(results(joined)[0]).toEqual({ ada: 'In the group' })
    expect(await findUser(hub, 'ada')).toMatchObject({ groups: ['class'] })
    await (await send(site, ['ada', 'bob'], { deed: 'leave', group: 'class' })).text()
    expect(await findUser(hub, 'bob')).toMatchObject({ groups: [] })
    const none = await (await send(site, ['ada'], { deed: 'join', group: '..' })).text()
    expect(results(none)[0]).toEqual({ ada: 'Failed: There is no group of that name.' })
  })

  it('asks before it deletes', async () => {
    const site = await openHub()
    const asked = await send(site, ['ada', 'root'], { deed: 'delete' })
    const html = await asked.text()
    expect(html).toContain('<li>ada</li>')
    expect(html).toContain('name="confirmed" value="yes"')
    expect(await findUser(site.hub, 'ada')).toBeDefined()
    const done = await send(site, ['ada', 'root'], { deed: 'delete', confirmed: 'yes' })
    expect(results(await done.text())).toEqual([
      { ada: 'Deleted', root: 'Failed: Cannot delete yourself!' },
      '1 done, 1 failed.',
    ])
    expect(await findUser(site.hub, 'ada')).toBeUndefined()
  })

  it('takes all on the page from who has no script', async () => {
    const site = await openHub()
    const fields = { deed: 'join', group: 'class', all: 'yes', shown: 'ada\r\nroot' }
    expect(results(await (await send(site, [], fields)).text())[0]).toEqual({
      ada: 'In the group',
      root: 'In the group',
    })
    const some = { ...fields, deed: 'leave', all: '' }
    expect(results(await (await send(site, ['ada'], some)).text())[0]).toEqual({
      ada: 'Not in the group',
    })
  })

  it.each([
    [[], { deed: 'stop' }, 'Select the users first.'],
    [['ada'], { deed: '' }, 'Choose what to do'],
    [['ada'], { deed: 'toString' }, 'Choose what to do'],
    [['ada'], { deed: 'join', group: ' ' }, 'Name the group.'],
    [Array.from({ length: 201 }, (_, i) => `u${i}`), { deed: 'stop' }, 'Select 200 users at most.'],
  ])('needs more than %j %j', async (names, fields, text) => {
    const site = await openHub()
    const answer = await send(site, names, { ...fields, view: 'sort=name' })
    expect(answer.status).toBe(400)
    const html = await answer.text()
    expect(html).toContain(text)
    expect(html).toContain('aria-sort="ascending"')
    if (names.includes('ada')) expect(html).toContain('aria-label="Select ada" checked')
  })

  it('arrives as it is done, and is done when nobody reads on', async () => {
    const site = await openHub()
    const names = Array.from({ length: 30 }, (_, i) => `u${i}`)
    await createUsers(site.hub, names, { admin: false })
    const answer = await send(site, names, { deed: 'join', group: 'class' })
    expect(answer.headers.get('x-accel-buffering')).toBe('no')
    const reader = answer.body!.getReader()
    const { value } = await reader.read()
    expect(new TextDecoder().decode(value)).not.toContain('</html>')
    await reader.cancel()
    await vi.waitFor(async () => {
      const users = await Promise.all(names.map((name) => findUser(site.hub, name)))
      expect(users.every((user) => user?.groups.includes('class'))).toBe(true)
    })
  })

  it('is refused one by one to who may not', async () => {
    const role = {
      name: 'teacher',
      scopes: ['admin-ui', 'list:users!group=class', 'servers!group=class'],
      users: ['ada'],
    }
    const site = await openHub()
    site.hub.reload({ allow_all: true, slow_spawn_timeout: 0, load_roles: [role] })
    const ada = await site.signedIn('ada')
    const own = { root: ada, xsrf: await ada.xsrf() }
    const [started, summary] = results(
      await (await send(own, ['bob', 'root'], { deed: 'start' })).text(),
    )
    expect(started['bob']).toBe('Starting')
    expect(started['root']).toMatch(/^Failed: /)
    expect(summary).toBe('1 done, 1 failed.')
    const [deleted] = results(
      await (await send(own, ['bob'], { deed: 'delete', confirmed: 'yes' })).text(),
    )
    expect(deleted['bob']).toMatch(/^Failed: /)
    expect(await findUser(site.hub, 'bob')).toBeDefined()
  })
})
