import { resolve } from 'node:path'
import { expect } from 'vitest'
import { fillSignIn } from '../../support/chromium.ts'
import { eventually } from '../../support/gateway-process.ts'
import type { ConfigInput } from '../../support/hub.ts'
import { PageTest, QUICK_SPAWNER } from '../../support/page-visitor.ts'
import { ALL, CONTROLS, TEXTS } from './hostile-texts.ts'

/** As much of them as an address can hold. */
export const CALLBACK = 'http://127.0.0.1:9/"><script>window.hit=1</script>\'onfocus=window.hit=1'
const OUTPUT = `${ALL} ${CONTROLS}`
const APP = resolve('test/support/upstream-app.ts')

const CONFIG: ConfigInput = {
  spawner: {
    ...QUICK_SPAWNER,
    kind: 'process',
    profiles: [
      {
        ...{ name: ALL, slug: 'runs', description: ALL },
        cmd: [process.execPath, APP, '{port}', '{base_url}'],
        choices: {
          memory: {
            label: ALL,
            options: [
              { name: ALL, slug: 'a' },
              { name: `${ALL} 2`, slug: 'b' },
            ],
          },
        },
      },
      { name: `${ALL} held`, slug: 'held', cmd: ['sleep', '600'] },
      {
        name: `${ALL} fails`,
        slug: 'fails',
        cmd: ['sh', '-c', 'printf "%s" "$0"; exit 3', OUTPUT],
      },
      { name: `${ALL} none`, slug: 'none', cmd: [`/nowhere/${ALL}`] },
    ],
  },
  custom_scopes: { 'custom:hostile': { description: ALL } },
  services: [
    {
      name: 'portal',
      api_token: 'secret-of-the-portal-0123456789abcdef',
      oauth_redirect_uri: CALLBACK,
      oauth_client_allowed_scopes: ['custom:hostile'],
      info: { [ALL]: ALL },
    },
    { name: 'behind', url: 'http://127.0.0.1:9/"><script>window.hit=1</script>' },
  ],
  load_roles: [
    {
      name: 'hostiles',
      description: ALL,
      scopes: [
        'custom:hostile',
        'access:services',
        'shares!user',
        'read:users:name',
        'read:groups:name',
      ],
      users: ['ada'],
    },
  ],
}

/** Calls the API, which must do it. */
async function api<Body>(
  { gateway }: PageTest,
  method: string,
  path: string,
  json?: unknown,
): Promise<Body> {
  const answer = await gateway.api<Body>(method, path, { json })
  expect([path, answer.status, answer.text]).toEqual([
    path,
    expect.toSatisfy((status) => status < 300),
    answer.text,
  ])
  return answer.body
}

export const group = (text: string): string => `/groups/${encodeURIComponent(text)}`

async function fillGroups(test: PageTest): Promise<void> {
  for (const text of TEXTS) {
    await api(test, 'POST', group(text), { users: ['ada'] })
    await api(test, 'PUT', `${group(text)}/properties`, { [text]: text })
    expect(await api(test, 'GET', group(text))).toMatchObject({
      name: text,
      properties: { [text]: text },
    })
  }
  expect((await test.gateway.api('POST', group(CONTROLS), { json: {} })).status).toBe(400)
}

async function fillServers(test: PageTest): Promise<void> {
  for (const [i, text] of TEXTS.entries()) {
    await api(test, 'PUT', `/users/ada/servers/s${i}`)
    await api(test, 'PATCH', `/users/ada/servers/s${i}`, { display_name: text })
  }
  for (const profile of ['runs', 'held', 'fails', 'none']) {
    const wish = { display_name: `${ALL} ${profile}`, user_options: { profile } }
    await test.gateway.api('POST', `/users/ada/servers/${profile}`, { json: wish })
  }
  const path = '/users/ada?include_stopped_servers'
  interface Servers {
    servers: Record<string, { display_name: string; ready: boolean; pending: unknown }>
  }
  const { servers } = await eventually('servers are as they will be', async () => {
    const user = await api<Servers>(test, 'GET', path)
    const { runs, fails, none } = user.servers
    return runs?.ready === true && fails?.pending === null && none?.pending === null && user
  })
  const names = Object.values(servers).map((server) => server.display_name)
  expect(names).toEqual(
    expect.arrayContaining([...TEXTS, `${ALL} runs`, `${ALL} held`, `${ALL} fails`]),
  )
}

async function fillTokens(test: PageTest): Promise<void> {
  for (const note of [...TEXTS, CONTROLS]) {
    await api(test, 'POST', '/users/ada/tokens', { note, scopes: ['read:users!user=ada'] })
  }
  const { api_tokens } = await api<{ api_tokens: { note: string }[] }>(
    test,
    'GET',
    '/users/ada/tokens',
  )
  expect(api_tokens.map(({ note }) => note)).toEqual(expect.arrayContaining([...TEXTS, CONTROLS]))
}

/** Signs in from browsers that call themselves so. */
async function fillSessions(test: PageTest): Promise<void> {
  for (const userAgent of [...TEXTS, 'plain']) {
    const page = await (
      await test.browser.newContext({ baseURL: test.gateway.url, userAgent })
    ).newPage()
    await page.goto('/hub/login')
    await fillSignIn(page, 'ada')
    await page.waitForURL('**/hub/home')
    await page.context().close()
  }
  const sessions = JSON.stringify(await api(test, 'GET', '/users/ada/sessions'))
  for (const text of TEXTS) expect(sessions).toContain(JSON.stringify(text))
}

/** A gateway where hostile texts are wherever one can be, which is looked at. */
export async function openHostileTexts(): Promise<{ test: PageTest; code: string }> {
  const test = await PageTest.open(CONFIG)
  await fillGroups(test)
  await fillServers(test)
  await fillTokens(test)
  await fillSessions(test)
  for (const text of TEXTS) await api(test, 'POST', '/shares/ada/runs', { group: text })
  const { code } = await api<{ code: string }>(test, 'POST', '/share-codes/ada/runs', {})
  return { test, code }
}
