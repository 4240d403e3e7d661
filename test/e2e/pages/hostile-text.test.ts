import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fillSignIn } from '../../support/chromium.ts'
import type { PageTest } from '../../support/page-visitor.ts'
import {
  ALL,
  CONTROLS,
  expectClean,
  formsWithText,
  readable,
  sendText,
  TEXTS,
  watch,
} from './hostile-texts.ts'
import { CALLBACK, group, openHostileTexts } from './hostile-world.ts'

let test: PageTest
let code: string

beforeAll(async () => {
  ;({ test, code } = await openHostileTexts())
})

afterAll(() => test[Symbol.asyncDispose]())

interface Visitor {
  page: Page
  wrong: string[]
}

async function visitor(name: string): Promise<Visitor> {
  const page = await test.signedIn(name)
  return { page, wrong: watch(page.context(), test.gateway.url) }
}

const CONSENT = '/hub/api/oauth2/authorize?response_type=code&state=s&client_id=service-portal'

/** Where they are shown, to whom, and which of them. */
const PAGES: [who: string, path: () => string, texts: readonly string[]][] = [
  ['ada', () => '/hub/home', TEXTS],
  ['ada', () => '/hub/spawn/ada', [ALL]],
  ['ada', () => '/hub/spawn-pending/ada/held', [`With: ${ALL} held`]],
  ['ada', () => '/hub/spawn-pending/ada/fails', [ALL]],
  ['ada', () => '/hub/spawn-pending/ada/none', [ALL]],
  ['ada', () => '/hub/token', TEXTS],
  ['ada', () => '/hub/share/ada/runs', TEXTS],
  ['ada', () => '/hub/rename/ada/s0', TEXTS.slice(0, 1)],
  ['ada', () => '/hub/logout', ['<img', 'javascript:window.hit=1']],
  ['ada', () => CONSENT, [ALL, CALLBACK]],
  ['eve', () => `/hub/accept-share?code=${code}`, ['runs']],
  ['root', () => '/hub/admin', TEXTS],
  ['root', () => '/hub/admin/users/ada', TEXTS],
  ['root', () => '/hub/admin/groups', TEXTS],
  ['root', () => `/hub/admin${group(TEXTS[0] ?? '')}`, TEXTS.slice(0, 1)],
  ['root', () => `/hub/admin${group(TEXTS[4] ?? '')}`, TEXTS.slice(4, 5)],
  ['root', () => '/hub/admin/tokens?user=ada', TEXTS],
  [
    'root',
    () => `/hub/admin/tokens/revoke?note=${encodeURIComponent(TEXTS[1] ?? '')}`,
    TEXTS.slice(1, 2),
  ],
  ['root', () => '/hub/admin/services', ['"><script>']],
  ['root', () => '/hub/admin/create-users', []],
]

it('would see a text that is not escaped, of each kind', async () => {
  for (const text of TEXTS) {
    const { page, wrong } = await visitor('ada')
    const markup = `<a title="${text}" rel='${text}' href="${text}">${text}</a>`
    await page.evaluate(`document.getElementById('main').innerHTML = ${JSON.stringify(markup)}`)
    await expect(expectClean(page, wrong), text).rejects.toThrow('to deeply equal')
    await page.context().close()
  }
})

const SHOWN_TO = ['ada', 'eve', 'root']

it.each(SHOWN_TO)('every page of %s shows hostile texts as texts', async (who) => {
  const { page, wrong } = await visitor(who)
  for (const [, path, texts] of PAGES.filter(([name]) => name === who)) {
    await page.goto(path())
    const shown = await readable(page)
    for (const text of texts) expect(shown, path()).toContain(text)
    await expectClean(page, wrong)
  }
  await page.context().close()
})

it.each(['ada', 'root'])(
  'every form of %s takes them and shows them again, in place or not',
  async (who) => {
    const { page, wrong } = await visitor(who)
    for (const [, path] of PAGES.filter(([name]) => name === who)) {
      await page.goto(path())
      for (const form of await formsWithText(page)) {
        for (const text of [...TEXTS.slice(0, 2), ALL, CONTROLS]) {
          await page.goto(path())
          await sendText(page, form, text)
          await expectClean(page, wrong)
        }
      }
    }
    await page.context().close()
  },
)

/** Addresses that hold a text: parts of pages are made of it, or what went wrong with it. */
const ADDRESSES: ((text: string) => string)[] = [
  (text) => `/hub/home?done=${text}`,
  (text) => `/hub/nowhere/${text}`,
  (text) => `/hub/user/${text}/`,
  (text) => `/hub/user-redirect/${text}`,
  (text) => `/hub/spawn/root?next=${text}&opt-profile=${text}&opt-memory=${text}`,
  (text) => `/hub/spawn/root/${text}`,
  (text) => `/hub/spawn-pending/ada/held?next=${text}`,
  (text) => `/hub/rename/root/${text}`,
  (text) => `/hub/share/root/${text}`,
  (text) => `/hub/accept-share?code=${text}&next=${text}`,
  (text) => `/hub/login?next=${text}`,
  (text) => `/hub/token?kind=${text}&note=${text}&scope=${text}&server=${text}`,
  (text) => `/hub/admin?search=${text}&group=${text}&state=${text}&sort=${text}&offset=${text}`,
  (text) => `/hub/admin/users/${text}`,
  (text) => `/hub/admin/groups?search=${text}&offset=${text}`,
  (text) => `/hub/admin/groups/${text}?search=${text}&offset=${text}`,
  (text) =>
    `/hub/admin/tokens?owner=${text}&user=${text}&note=${text}&scope=${text}&kind=${text}&after=${text}`,
  (text) => `/hub/admin/tokens/revoke?owner=${text}&note=${text}&scope=${text}`,
  (text) =>
    `/hub/api/oauth2/authorize?client_id=${text}&response_type=${text}&redirect_uri=${text}`,
  (text) => `${CONSENT}&redirect_uri=${text}&scope=${text}&state=${text}`,
]

it.each([...TEXTS, CONTROLS])('no address brings %j into a page', async (text) => {
  const { page, wrong } = await visitor('root')
  for (const address of ADDRESSES) {
    await page.goto(address(encodeURIComponent(text)))
    await expectClean(page, wrong)
  }
  await page.context().close()
})

it('the sign-in page shows a name that nobody can have', async () => {
  const page = await (await test.context()).newPage()
  const wrong = watch(page.context(), test.gateway.url)
  for (const text of [...TEXTS, CONTROLS]) {
    await page.goto(`/hub/login?next=${encodeURIComponent(text)}`)
    await fillSignIn(page, text)
    await page.getByRole('alert').waitFor()
    await expectClean(page, wrong)
  }
  await page.context().close()
})

it('what is done about things with such names is done in place', async () => {
  const { page, wrong } = await visitor('ada')
  const note = TEXTS[0] ?? ''
  await page.goto('/hub/home')
  await page.evaluate('window.marker = 1')
  await page.getByRole('button', { name: `Stop ${ALL} runs` }).click()
  await page.getByText('The server is stopping.').waitFor()
  await page.getByRole('button', { name: `Delete ${TEXTS[0]} (s0)` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('The server is deleted.').waitFor()
  await expectClean(page, wrong)
  expect(await page.evaluate('window.marker')).toBe(1)
  await page.goto('/hub/token')
  await page.evaluate('window.marker = 1')
  await page
    .getByRole('button', { name: `Revoke ${note}`, exact: true })
    .first()
    .click()
  await page.getByRole('button', { name: 'Revoke token', exact: true }).click()
  await page.getByText('The token is revoked.').waitFor()
  await expectClean(page, wrong)
  expect(await page.evaluate('window.marker')).toBe(1)
  await page.getByLabel('Note', { exact: true }).fill(ALL)
  await page.getByRole('button', { name: 'Request token' }).click()
  await page.getByRole('heading', { name: 'Your new hub token' }).waitFor()
  await expectClean(page, wrong)
  await page.context().close()
})

it('what an admin does about groups with such names is done in place, to many, and asked about', async () => {
  const { page, wrong } = await visitor('root')
  const [name = ''] = TEXTS
  await page.goto('/hub/admin/users/ada')
  await page.evaluate('window.marker = 1')
  await page.getByRole('button', { name: `Remove from ${name}`, exact: true }).click()
  await page.getByText('The user is changed.').waitFor()
  await expectClean(page, wrong)
  expect(await page.evaluate('window.marker')).toBe(1)
  await page.goto('/hub/admin')
  await page.getByLabel('Select ada', { exact: true }).check()
  await page.getByLabel('Do with the selected users').selectOption('join')
  await page.getByLabel('Group', { exact: true }).fill(name)
  await page.getByRole('button', { name: 'Go', exact: true }).click()
  await page.getByRole('heading', { name: '1 done, 0 failed.' }).waitFor()
  expect(await readable(page)).toContain(name)
  await expectClean(page, wrong)
  await page.goto(`/hub/admin${group(name)}`)
  await page.getByRole('button', { name: `Remove ada from ${name}` }).click()
  await page.getByText('The member is removed.').waitFor()
  await expectClean(page, wrong)
  await page.getByRole('button', { name: 'Delete group' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete group' }).click()
  await page.getByText('The group is deleted.').waitFor()
  await expectClean(page, wrong)
  await page.goto(`/hub/admin/tokens/revoke?note=${encodeURIComponent(TEXTS[1] ?? '')}`)
  await page.getByRole('button', { name: /^Revoke \d+ tokens?$/ }).click()
  await page.getByRole('heading', { name: 'Tokens revoked' }).waitFor()
  await expectClean(page, wrong)
  await page.context().close()
})
