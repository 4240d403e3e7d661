import { expect, it } from 'vitest'
import { findServer } from '../../src/hub/servers/servers.ts'
import { putServer } from '../support/people.ts'
import { openSite } from './site.ts'

it('deletes a named server', async () => {
  const { hub, ada, signedIn } = await openSite()
  await putServer(hub, ada, 'gpu')
  const browser = await signedIn('ada')
  const response = await browser.post('/hub/delete/ada/gpu', { _xsrf: await browser.xsrf() })
  const location = response.headers.get('location')
  expect([response.status, location]).toEqual([303, '/hub/home?done=server-deleted'])
  expect(await findServer(hub, 'ada', 'gpu')).toBeUndefined()
})

it('needs the form’s token, and is not done by a GET', async () => {
  const { hub, ada, signedIn } = await openSite()
  await putServer(hub, ada, 'gpu')
  const browser = await signedIn('ada')
  expect((await browser.post('/hub/delete/ada/gpu', {})).status).toBe(403)
  expect((await browser.get('/hub/delete/ada/gpu')).status).toBe(405)
  expect(await findServer(hub, 'ada', 'gpu')).toBeDefined()
})

it('reaches nothing of others, and nothing that is not there', async () => {
  const { hub, ada, signedIn } = await openSite()
  await putServer(hub, ada, 'gpu')
  await putServer(hub, ada, '')
  const eve = await signedIn('eve')
  const _xsrf = await eve.xsrf()
  for (const path of ['ada/gpu', 'eve/gpu', 'eve/..%2Fada', 'nobody/gpu', 'ada']) {
    expect([path, (await eve.post(`/hub/delete/${path}`, { _xsrf })).status]).toEqual([path, 404])
  }
  expect(await hub.store.count(['server'])).toBe(2)
})
