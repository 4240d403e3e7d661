import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectGoodPage, PageTest } from '../../support/page-visitor.ts'

let test: PageTest

beforeAll(async () => {
  test = await PageTest.open()
})

afterAll(() => test[Symbol.asyncDispose]())

it('signs in, with a good page before and after', async () => {
  const page = await (await test.context()).newPage()
  await page.goto('/hub/login')
  await expectGoodPage(page, 'login')
  const home = await test.signedIn('ada')
  await expectGoodPage(home, 'home')
  expect(await home.getByRole('link', { name: 'Home' }).getAttribute('aria-current')).toBe('page')
})
