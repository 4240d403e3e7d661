import { expect, it } from 'vitest'
import { expectNothingOf, hostileSetting, reached, signedInAs, TRAP, trapWith } from './hostile.ts'

const setting = hostileSetting()

const PATHS = ['/', '/hub', '/hub/', '/hub/home', '/hub/logout', '/user/', '/user/root/', TRAP]

/** Sets a cookie as a script does, on every path there could be. */
function toss(name: string, value: string): Promise<void> {
  return setting.victim.page.evaluate(`for (const path of ${JSON.stringify(PATHS)}) {
    document.cookie = '${name}=${value}; path=' + path
  }`)
}

/** The secret of a session that mallory has in a browser of her own. */
async function sessionOfMallory(): Promise<string> {
  const page = await setting.test.signedIn('mallory')
  const cookies = await page.context().cookies(`${setting.test.gateway.url}/hub/`)
  await page.context().close()
  const { value } = cookies.find(({ name }) => name === 'hubgate-login') ?? {}
  if (value === undefined) throw new Error('mallory is not signed in')
  return value
}

it('reads no cookie of the hub', async () => {
  const found = await setting.victim.page.evaluate(
    'Promise.all([document.cookie, cookieStore.getAll()])',
  )
  expectNothingOf(setting.victim, found)
  for (const { name, httpOnly, sameSite } of await setting.victim.context.cookies()) {
    expect([name, httpOnly, sameSite]).toEqual([name, true, 'Lax'])
  }
})

const TOSSED = [
  ['hubgate-login', 'x'.repeat(43)],
  ['hubgate-login', ''],
  ['hubgate-login', 'root'],
  ['hubgate-presession', 'x'.repeat(43)],
  ['jupyterhub-session-id', 'f'.repeat(32)],
  ['_xsrf', 'guess'],
  ['jupyterhub-hub-login', '"2|1:0|x"'],
]

it('changes nothing by a cookie with a name of the hub’s', async () => {
  for (const [name = '', value = ''] of TOSSED) {
    await toss(name, value)
    expect([name, value, await signedInAs(setting.victim.context)]).toEqual([name, value, 'root'])
  }
  expectNothingOf(setting.victim, await reached(setting.victim.page))
})

it('does not have the visitor work in another’s name: they sign in again, and all is well', async () => {
  const planted = await sessionOfMallory()
  await toss('hubgate-login', planted)
  const page = await setting.victim.context.newPage()
  await page.goto('/hub/home')
  expect(new URL(page.url()).pathname).toBe('/hub/login')
  await page.getByLabel('Username').fill('root')
  await page.getByLabel('Password').fill('open sesame')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/hub/home')
  expect(await page.locator('.account strong').textContent()).toBe('root')
  expect(await signedInAs(setting.victim.context)).toBe('root')
})

it('leads nobody around in circles by a cookie for one page alone', async () => {
  const planted = await sessionOfMallory()
  for (const path of ['/hub/home', '/hub/login', '/hub/logout']) {
    await setting.victim.page.evaluate(`document.cookie = 'hubgate-login=${planted}; path=${path}'`)
  }
  const page = await setting.victim.context.newPage()
  await page.goto('/hub/home')
  if (new URL(page.url()).pathname === '/hub/login') {
    await page.getByLabel('Username').fill('root')
    await page.getByLabel('Password').fill('open sesame')
    await page.getByRole('button', { name: 'Sign in' }).click()
  }
  await page.waitForURL('**/hub/home')
  expect(await page.locator('.account strong').textContent()).toBe('root')
  await page.goto('/hub/logout')
  expect(new URL(page.url()).pathname).toBe('/hub/logout')
})

it('keeps nobody from signing in by a cookie for the login page alone', async () => {
  const context = await setting.test.context()
  const value = await sessionOfMallory()
  const { hostname: domain } = new URL(setting.test.gateway.url)
  await context.addCookies([{ name: 'hubgate-login', value, domain, path: '/hub/login' }])
  const page = await context.newPage()
  await page.goto('/hub/home')
  await page.getByLabel('Username').fill('root')
  await page.getByLabel('Password').fill('open sesame')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/hub/home')
  expect(await signedInAs(context)).toBe('root')
  await context.close()
})

it('has no form of the hub obeyed by a cookie of its own', async () => {
  await toss('hubgate-login', await sessionOfMallory())
  const found = await setting.victim.page.evaluate<number[]>(`(async () => {
    const found = []
    for (const path of ['/hub/api/user', '/hub/home', '/hub/api/users/root/tokens']) {
      found.push((await fetch(path)).status)
    }
    return found
  })()`)
  expect(found).toEqual([403, 403, 403])
})

it('takes no login form away from its page, nor another one’s place, by a cookie', async () => {
  const context = await setting.test.context()
  const page = await context.newPage()
  await page.goto('/hub/login')
  await context.addCookies(
    ['/hub/', '/hub/login', '/'].map((path) => ({
      ...{ name: 'hubgate-presession', value: 'y'.repeat(43), path },
      domain: '127.0.0.1',
    })),
  )
  await page.getByLabel('Username').fill('root')
  await page.getByLabel('Password').fill('open sesame')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page
    .getByText('Login form invalid or expired. Try again.')
    .or(page.locator('.account'))
    .first()
    .waitFor()
  if (new URL(page.url()).pathname === '/hub/login') {
    await page.getByLabel('Password').fill('open sesame')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/hub/home')
  }
  expect(await signedInAs(context)).toBe('root')
  await context.close()
})

it('at worst signs the browser out by filling its cookies up, and reads nothing then, either', async () => {
  const found = await setting.victim.page.evaluate(`(async () => {
    for (let i = 0; i < 400; i++) document.cookie = 'full' + i + '=' + 'x'.repeat(8) + '; path=${TRAP}'
    const answers = []
    for (const path of ['/hub/home', '/hub/api/user']) {
      const answer = await fetch(path)
      answers.push([answer.status, await answer.text()])
    }
    return answers
  })()`)
  expectNothingOf(setting.victim, found)
  expect((found as [number][]).map(([status]) => status)).toEqual([403, 403])
  const tokens = await setting.test.gateway.api('GET', '/users/root/sessions')
  expect(tokens.status).toBe(200)
})

const SET = [
  'hubgate-login=evil; Path=/hub/',
  'hubgate-login=evil',
  'HubGate-Login=evil; Path=/',
  'hubgate-presession=evil; Path=/hub/login',
  'jupyterhub-session-id=evil; Path=/',
  'a=evil; Path=/',
  'a=evil; Path=/hub/',
  'a=evil; Path=/user/root/',
  'a=evil; Path=/user/mallory/../../hub/',
  'a=evil; Domain=127.0.0.1; Path=/',
  'a=evil; path=/user/mallory/; PATH=/',
  '=hubgate-login=evil; Path=/',
  '__Host-a=evil; Path=/; Secure',
]

it('its server sets no cookie for others', async () => {
  const before = await setting.victim.context.cookies()
  for (const line of SET) {
    await setting.victim.page.goto(trapWith(`Set-Cookie:${line}`))
    expect([line, await setting.victim.context.cookies()]).toEqual([line, before])
  }
  expect(await signedInAs(setting.victim.context)).toBe('root')
})

it('its server sets cookies of its own for itself', async () => {
  await setting.victim.page.goto(trapWith('Set-Cookie:own=1; Path=/user/mallory/'))
  expect(await setting.victim.page.evaluate('document.cookie')).toBe('own=1')
  await setting.victim.context.clearCookies({ name: 'own' })
})

it('cannot have the browser forget the hub’s cookies', async () => {
  const before = await setting.victim.context.cookies()
  await setting.victim.page.goto(trapWith('Clear-Site-Data:"cookies", "storage", "cache", "*"'))
  await setting.victim.page.evaluate(`for (const path of ${JSON.stringify(PATHS)}) {
    for (const name of ['hubgate-login', 'jupyterhub-session-id']) {
      document.cookie = name + '=; max-age=0; path=' + path
      cookieStore.delete({ name, path })
    }
  }`)
  expect(await setting.victim.context.cookies()).toEqual(before)
})
