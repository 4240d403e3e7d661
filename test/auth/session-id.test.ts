import { describe, expect, it } from 'vitest'
import { clearedSessionId, renewedSessionId, sessionIdCookie } from '../../src/auth/session-id.ts'

const sid = '0123456789abcdef0123456789abcdef'
const config = { base_url: '/', public_url: undefined }
const https = { base_url: '/jupyter/', public_url: 'https://hub.example/jupyter/' }
const LINE = `jupyterhub-session-id=${sid}; Path=/; HttpOnly; SameSite=Lax`

describe('the cookie with the public id of a session', () => {
  it('is for the whole base URL, and ends with the browser', () => {
    expect(sessionIdCookie(config, { sid })).toBe(LINE)
    expect(sessionIdCookie(https, { sid })).toBe(
      `jupyterhub-session-id=${sid}; Path=/jupyter/; HttpOnly; SameSite=Lax; Secure`,
    )
    expect(clearedSessionId(https)).toBe(
      'jupyterhub-session-id=; Path=/jupyter/; Max-Age=0; HttpOnly; SameSite=Lax; Secure',
    )
  })

  it.each([
    undefined,
    '',
    'jupyterhub-session-id=',
    `jupyterhub-session-id=${'f'.repeat(32)}`,
    `Jupyterhub-Session-Id=${sid}`,
    `x-jupyterhub-session-id=${sid}`,
    `jupyterhub-session-id="${sid}"`,
    `other=${sid}`,
  ])('is set again for a browser that sends %j', (header) => {
    expect(renewedSessionId(config, { sid }, header)).toBe(LINE)
  })

  it.each([
    `jupyterhub-session-id=${sid}`,
    `a=b;jupyterhub-session-id=${sid} ; c=d`,
    `jupyterhub-session-id=${'f'.repeat(32)}; jupyterhub-session-id=${sid}`,
  ])('is not set again for a browser that sends %j', (header) => {
    expect(renewedSessionId(config, { sid }, header)).toBeUndefined()
  })
})
