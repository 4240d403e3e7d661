import { expect, it } from 'vitest'
import { createGroups } from '../../src/hub/groups/groups.ts'
import { findShare, grantShare } from '../../src/hub/shares/shares.ts'
import { makeUser, putServer } from '../support/people.ts'
import type { Site } from './site.ts'
import { openSite } from './site.ts'

const EVE = { kind: 'user', name: 'eve' } as const
const CLASS = { kind: 'group', name: 'class' } as const
const OPEN = ['access:servers']

/** Ada shares her default server with Eve, and another with Eve's class. */
async function openShared(): Promise<Site> {
  const site = await openSite()
  const { ada, hub } = site
  await putServer(hub, ada, '', { wanted: 'running', phase: 'ready' })
  await putServer(hub, ada, 'gpu')
  await makeUser(hub, 'eve')
  await createGroups(hub, ['class'], ['eve'])
  await grantShare(hub, { owner: 'ada', server: '' }, EVE, OPEN)
  await grantShare(hub, { owner: 'ada', server: 'gpu' }, CLASS, OPEN)
  return site
}

function row(html: string, title: string): string {
  const part = html.split('<li class="row"').find((one) => one.includes(`<h3>${title}</h3>`))
  return part?.split('</li>')[0] ?? ''
}

it('shows what is shared with the viewer, and through what', async () => {
  const { signedIn } = await openShared()
  const html = await (await (await signedIn('eve')).get('/hub/home')).text()
  const own = row(html, 'ada’s server')
  expect(own).toContain('Running')
  expect(own).toContain('<a class="button" href="/user/ada/">')
  expect(own).toContain('action="/hub/shared/ada/leave"')
  const group = row(html, 'ada’s server “gpu”')
  expect(group).toContain('Not running')
  expect(group).toContain('shared with your group class')
  expect(group).not.toContain('/leave"')
})

it('shows once what is shared in two ways', async () => {
  const { hub, signedIn } = await openShared()
  await grantShare(hub, { owner: 'ada', server: 'gpu' }, EVE, OPEN)
  const html = await (await (await signedIn('eve')).get('/hub/home')).text()
  expect(html.split('<h3>ada’s server “gpu”</h3>')).toHaveLength(2)
  expect(row(html, 'ada’s server “gpu”')).toContain('shared with your group class')
  expect(row(html, 'ada’s server “gpu”')).toContain('action="/hub/shared/ada/gpu/leave"')
})

it('has no such part where nothing is shared', async () => {
  const { signedIn } = await openShared()
  expect(await (await (await signedIn('ada')).get('/hub/home')).text()).not.toContain('Shared with')
})

it.each([
  ['', '/hub/shared/ada/leave'],
  ['gpu', '/hub/shared/ada/gpu/leave'],
])('leaves server %j', async (server, path) => {
  const { hub, signedIn } = await openShared()
  await grantShare(hub, { owner: 'ada', server: 'gpu' }, EVE, OPEN)
  const eve = await signedIn('eve')
  const response = await eve.post(path, { _xsrf: await eve.xsrf() })
  const location = response.headers.get('location')
  expect([response.status, location]).toEqual([303, '/hub/home?done=share-left'])
  expect(await findShare(hub, { owner: 'ada', server }, EVE)).toBeUndefined()
  expect(await findShare(hub, { owner: 'ada', server: 'gpu' }, CLASS)).toBeDefined()
})

it('leaves nothing of others, without the form’s token, or by a GET', async () => {
  const { hub, signedIn } = await openShared()
  const eve = await signedIn('eve')
  const _xsrf = await eve.xsrf()
  expect((await eve.post('/hub/shared/ada/leave', {})).status).toBe(403)
  expect((await eve.get('/hub/shared/ada/leave')).status).toBe(405)
  expect((await eve.post('/hub/shared/ada/gpu/leave', { _xsrf })).status).toBe(404)
  expect((await eve.post('/hub/shared/nobody/leave', { _xsrf })).status).toBe(404)
  expect((await eve.post('/hub/shared/ada%2F..%2Fx/leave', { _xsrf })).status).toBe(404)
  const ada = await signedIn('ada')
  const own = await ada.post('/hub/shared/ada/leave', { _xsrf: await ada.xsrf() })
  expect(own.status).toBe(404)
  expect(await findShare(hub, { owner: 'ada', server: '' }, EVE)).toBeDefined()
})

it('has no two parts of one id, whatever the names', async () => {
  const { hub, signedIn } = await openShared()
  for (const [name, server] of [
    ['a', 'b-c'],
    ['a-b', 'c'],
  ] as const) {
    const owner = await makeUser(hub, name)
    await putServer(hub, owner, server)
    await grantShare(hub, { owner: name, server }, EVE, OPEN)
  }
  const html = await (await (await signedIn('eve')).get('/hub/home')).text()
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([])
})
