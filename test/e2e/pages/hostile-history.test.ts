import { afterAll, beforeAll, expect, it } from 'vitest'
import { fillSignIn } from '../../support/chromium.ts'
import { PageTest } from '../../support/page-visitor.ts'

let test: PageTest

beforeAll(async () => {
  test = await PageTest.open({
    load_roles: [{ name: 'sharers', scopes: ['shares!user'], users: ['ada'] }],
  })
  await test.gateway.startServer('ada')
})

afterAll(() => test[Symbol.asyncDispose]())

it('leaves no code of an invitation where pages of the same origin find it later', async () => {
  const { gateway } = test
  const made = await gateway.api<{ code: string }>('POST', '/share-codes/ada/')
  const { code } = made.body
  const page = await (await test.context()).newPage()
  await page.goto(`/hub/accept-share?code=${code}`)
  await fillSignIn(page, 'guest')
  await page.getByRole('button', { name: 'Accept' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/hub/accept-share')
  await page.getByRole('button', { name: 'Accept' }).click()
  await page.waitForURL('**/user/ada/**')

  const entries = await page.evaluate<string[]>('navigation.entries().map(({ url }) => url)')
  expect(entries.some((url) => url.endsWith('/hub/accept-share'))).toBe(true)
  expect(entries.filter((url) => url.includes(code))).toEqual([])
})
