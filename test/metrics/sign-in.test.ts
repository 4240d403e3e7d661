import { expect, it } from 'vitest'
import { openSite } from '../pages/site.ts'
import type { TestHub } from '../support/hub.ts'
import { openMeasured } from './exposition.ts'

async function open() {
  const site = await openSite()
  const { instruments, samples } = openMeasured()
  const hub: { -readonly [Member in keyof TestHub]: TestHub[Member] } = site.hub
  hub.metrics = instruments
  const count = async (name: string) => (await samples()).get(`jupyterhub_${name}`)
  return { ...site, count }
}

const SUCCESS = 'login_duration_seconds_count{status="LoginStatus.success"}'
const FAILURE = 'login_duration_seconds_count{status="LoginStatus.failure"}'
const LOGOUT = 'logout_duration_seconds_count'

it('signing in and out', async () => {
  const { browser, count } = await open()
  const one = browser()
  await one.signIn('ada')
  expect([await count(SUCCESS), await count(FAILURE), await count(LOGOUT)]).toEqual([1, 0, 0])
  await one.post('/hub/logout', { _xsrf: await one.xsrf() })
  expect([await count(SUCCESS), await count(FAILURE), await count(LOGOUT)]).toEqual([1, 0, 1])
})

it('signing in with a wrong password, and with a name that may not come in', async () => {
  const { browser, count, hub } = await open()
  await browser().signIn('ada', { password: 'wrong' })
  hub.reload({ allow_all: false, allowed_users: [] })
  await browser().signIn('eve')
  expect([await count(SUCCESS), await count(FAILURE)]).toEqual([0, 2])
})

it('a form that is not valid is no attempt', async () => {
  const { browser, count } = await open()
  await browser().post('/hub/login', { username: 'ada', password: 'x', _xsrf: 'made up' })
  expect([await count(SUCCESS), await count(FAILURE)]).toEqual([0, 0])
})
