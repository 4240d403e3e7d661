import { expect, test } from 'vitest'
import { authorizePath, openWorld, PORTAL, QUICK } from '../world.ts'

const loginFor = (path: string): string => `/hub/login?next=${encodeURIComponent(path)}`

test('the sign-in form may lead to the client that asked, and to nobody else', async () => {
  const { browser } = await openWorld()
  const policyOf = async (next: string): Promise<string> => {
    const page = await browser().get(loginFor(next))
    return /form-action ([^;]*)/.exec(page.headers.get('content-security-policy') ?? '')?.[1] ?? ''
  }
  expect(await policyOf(authorizePath(PORTAL))).toBe("'self' https://portal.example")
  const stolen = authorizePath(PORTAL, { redirect_uri: 'https://evil.example/' })
  expect(await policyOf(stolen)).toBe("'self' https://portal.example")
  for (const next of [
    authorizePath(QUICK),
    authorizePath(PORTAL, { client_id: 'service-nobody' }),
    '/hub/home?client_id=service-portal',
    'https://evil.example/hub/api/oauth2/authorize?client_id=service-portal',
    '',
  ]) {
    expect(await policyOf(next)).toBe("'self'")
  }
})
