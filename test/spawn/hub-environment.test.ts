import { describe, expect, it } from 'vitest'
import type { HubFacts } from '../../src/spawn/hub-environment.ts'
import { hubEnvironment } from '../../src/spawn/hub-environment.ts'

const FACTS: HubFacts = {
  auth: 'oauth',
  user: 'jörg@example.org',
  server: 'gpu',
  prefix: '/jh/user/j%C3%B6rg@example.org/gpu/',
  secret: 'hgh_secret',
  baseUrl: '/jh/',
  publicUrl: undefined,
  apiUrl: 'http://10.0.0.1:8000/jh/hub/api',
  clientId: 'jupyterhub-user-j%C3%B6rg%40example.org-gpu',
}

describe('what a server is told of the hub', () => {
  it('is what jupyterhub-singleuser reads, with notebook_auth: oauth', () => {
    const scopes =
      '["access:servers!server=jörg@example.org/gpu","access:servers!user=jörg@example.org"]'
    expect(hubEnvironment(FACTS)).toEqual({
      JUPYTERHUB_API_TOKEN: 'hgh_secret',
      JPY_API_TOKEN: 'hgh_secret',
      JUPYTERHUB_CLIENT_ID: 'jupyterhub-user-j%C3%B6rg%40example.org-gpu',
      JUPYTERHUB_USER: 'jörg@example.org',
      JUPYTERHUB_SERVER_NAME: 'gpu',
      JUPYTERHUB_API_URL: 'http://10.0.0.1:8000/jh/hub/api',
      JUPYTERHUB_ACTIVITY_URL:
        'http://10.0.0.1:8000/jh/hub/api/users/j%C3%B6rg@example.org/activity',
      JUPYTERHUB_BASE_URL: '/jh/',
      JUPYTERHUB_SERVICE_PREFIX: '/jh/user/j%C3%B6rg@example.org/gpu/',
      JUPYTERHUB_HOST: '',
      JUPYTERHUB_OAUTH_CALLBACK_URL: '/jh/user/j%C3%B6rg@example.org/gpu/oauth_callback',
      JUPYTERHUB_OAUTH_ACCESS_SCOPES: scopes,
      JUPYTERHUB_OAUTH_SCOPES: scopes,
      JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES: '[]',
      JUPYTERHUB_PUBLIC_URL: '',
      JUPYTERHUB_PUBLIC_HUB_URL: '',
      JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED: '0',
    })
  })

  it.each(['https://hub.example.org', 'https://hub.example.org/jh/'])(
    'has the public addresses when they are known: %s',
    (publicUrl) => {
      expect(hubEnvironment({ ...FACTS, publicUrl })).toMatchObject({
        JUPYTERHUB_HOST: 'https://hub.example.org',
        JUPYTERHUB_PUBLIC_URL: 'https://hub.example.org/jh/user/j%C3%B6rg@example.org/gpu/',
        JUPYTERHUB_PUBLIC_HUB_URL: 'https://hub.example.org/jh/hub/',
      })
    },
  )

  it('has no token of the hub’s with notebook_auth: gateway', () => {
    expect(hubEnvironment({ ...FACTS, auth: 'gateway', secret: 'ours' })).toEqual({
      JUPYTER_TOKEN: 'ours',
      JUPYTERHUB_USER: 'jörg@example.org',
      JUPYTERHUB_SERVER_NAME: 'gpu',
      JUPYTERHUB_SERVICE_PREFIX: '/jh/user/j%C3%B6rg@example.org/gpu/',
      JUPYTERHUB_BASE_URL: '/jh/',
    })
  })
})
