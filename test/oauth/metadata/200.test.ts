import { describe, expect, test } from 'vitest'
import { oauthPaths } from '../../../src/oauth/app.ts'
import { ORIGIN } from '../../pages/site.ts'
import { openWorld } from '../world.ts'

const WELL_KNOWN = '.well-known/oauth-authorization-server'

describe('GET /.well-known/oauth-authorization-server', () => {
  test('tells ordinary clients what they need', async () => {
    const { app } = await openWorld()
    const answer = await app.request(`${ORIGIN}/${WELL_KNOWN}`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(await answer.json()).toEqual({
      issuer: `${ORIGIN}/`,
      authorization_endpoint: `${ORIGIN}/hub/api/oauth2/authorize`,
      token_endpoint: `${ORIGIN}/hub/api/oauth2/token`,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      code_challenge_methods_supported: ['S256', 'plain'],
    })
  })

  test.each([
    `/${WELL_KNOWN}`,
    `/${WELL_KNOWN}/jupyter`,
    `/${WELL_KNOWN}/jupyter/`,
    `/jupyter/${WELL_KNOWN}`,
  ])('%s knows the public URL and the base URL', async (path) => {
    const { app } = await openWorld({
      base_url: '/jupyter/',
      public_url: 'https://hub.example.org/jupyter/',
    })
    expect(oauthPaths('/jupyter/').has(path)).toBe(true)
    const answer = await app.request(`${ORIGIN}${path}`)
    expect(await answer.json()).toMatchObject({
      issuer: 'https://hub.example.org/jupyter/',
      authorization_endpoint: 'https://hub.example.org/jupyter/hub/api/oauth2/authorize',
    })
  })

  test('cannot be changed', async () => {
    const { app } = await openWorld()
    const answer = await app.request(`${ORIGIN}/${WELL_KNOWN}`, { method: 'POST' })
    expect(answer.status).toBe(405)
  })
})
