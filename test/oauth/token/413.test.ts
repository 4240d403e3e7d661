import { expect, test } from 'vitest'
import { exchangeForm, LAB, openWorld } from '../world.ts'

test('POST oauth2/token reads no more than a form has', async () => {
  const { exchange } = await openWorld()
  expect((await exchange(exchangeForm(LAB, 'x'.repeat(70_000)))).status).toBe(413)
})
