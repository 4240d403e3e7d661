import { expect, it } from 'vitest'
import { tokenInCookie } from '../../src/auth/client-cookie.ts'
import { signedCookie } from '../support/signed-cookie.ts'

const NAME = 'jupyterhub-user-ada'
const TOKEN = 'hgn_0123456789abcdef'
const GOOD = signedCookie(NAME, TOKEN)

it.each([
  ['as Tornado writes it', GOOD],
  ['in the quotes that Python adds', `"${GOOD}"`],
])('finds the token in a cookie %s', (_, value) => {
  expect(tokenInCookie(NAME, value)).toBe(TOKEN)
})

it.each([
  ['another name', signedCookie('jupyterhub-user-eve', TOKEN)],
  ['a wrong length of the name', GOOD.replace('|19:', '|18:')],
  ['a wrong length of the value', GOOD.replace('|28:', '|27:')],
  ['an older form', `${Buffer.from(TOKEN).toString('base64')}|1700000000|${'0'.repeat(40)}`],
  ['no signature', GOOD.slice(0, GOOD.lastIndexOf('|'))],
  ['the token itself', TOKEN],
  ['an escape', `"${GOOD.replace('2|', '\\062|')}"`],
  ['a quote', `"${GOOD}`],
  ['more behind it', `${GOOD}|x`],
  ['nothing', ''],
])('finds none in a cookie with %s', (_, value) => {
  expect(tokenInCookie(NAME, value)).toBeUndefined()
})
