import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Look } from '../../support/page-visitor.ts'
import { LOOKS, PageTest, SCREENSHOTS, violations } from '../../support/page-visitor.ts'

/** Swagger UI is more than a page of ours may weigh, and has a look of its own. */

let test: PageTest

beforeAll(async () => {
  test = await PageTest.open()
})

afterAll(() => test[Symbol.asyncDispose]())

it.each(Object.keys(LOOKS) as Look[])('can be read and used by everybody, %s', async (look) => {
  const page = await (await test.context({ look })).newPage()
  await page.goto('/hub/api/docs')
  await page.locator('.opblock').first().waitFor()
  await page.screenshot({ path: `${SCREENSHOTS}/api-docs-${look}.png` })
  expect(await violations(page)).toEqual([])
  await page.locator('.opblock-summary').nth(5).click()
  await page.locator('.opblock.is-open .responses-table').waitFor()
  expect(await violations(page)).toEqual([])
  const wider = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
  expect(await page.evaluate(wider)).toBe(0)
})

it('says without JavaScript where the description is', async () => {
  const page = await (await test.context({ javaScript: false })).newPage()
  await page.goto('/hub/api/docs')
  const link = page.getByRole('main').getByRole('link')
  expect(await link.getAttribute('href')).toBe('/hub/api/openapi.json')
})
