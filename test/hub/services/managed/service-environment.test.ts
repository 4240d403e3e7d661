import { expect, it } from 'vitest'
import type { ServiceConfig } from '../../../../src/config/schema.ts'
import { configSchema } from '../../../../src/config/schema.ts'
import { serviceEnvironment } from '../../../../src/hub/services/managed/service-environment.ts'
import { ofConfig } from '../../../../src/hub/services/services.ts'
import type { ConfigInput } from '../../../support/hub.ts'

function environmentOf(input: ConfigInput, parent: NodeJS.ProcessEnv = {}): Record<string, string> {
  const config = configSchema.parse(input)
  const settings = config.services[0] as ServiceConfig
  return serviceEnvironment({
    config,
    settings,
    service: ofConfig(config, settings),
    token: 'its-token',
    apiUrl: 'http://127.0.0.1:8000/jh/hub/api',
    parent,
  })
}

const command = ['serve']

it('has what services of JupyterHub expect', () => {
  const environment = environmentOf({
    base_url: '/jh/',
    public_url: 'https://hub.example.org/jh/',
    services: [
      {
        name: 'announce',
        url: 'http://127.0.0.1:9999/path',
        command,
        oauth_client_allowed_scopes: ['read:users!user'],
      },
    ],
  })

  expect(environment).toEqual({
    JUPYTERHUB_API_TOKEN: 'its-token',
    JPY_API_TOKEN: 'its-token',
    JUPYTERHUB_API_URL: 'http://127.0.0.1:8000/jh/hub/api',
    JUPYTERHUB_BASE_URL: '/jh/',
    JUPYTERHUB_CLIENT_ID: 'service-announce',
    JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED: '0',
    JUPYTERHUB_HOST: 'https://hub.example.org',
    JUPYTERHUB_OAUTH_ACCESS_SCOPES: '["access:services","access:services!service=announce"]',
    JUPYTERHUB_OAUTH_CALLBACK_URL: '/jh/services/announce/oauth_callback',
    JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES: '["read:users!user"]',
    JUPYTERHUB_OAUTH_SCOPES: '["access:services","access:services!service=announce"]',
    JUPYTERHUB_PUBLIC_HUB_URL: 'https://hub.example.org/jh/hub/',
    JUPYTERHUB_PUBLIC_URL: 'https://hub.example.org/jh/services/announce/',
    JUPYTERHUB_SERVER_NAME: '',
    JUPYTERHUB_SERVICE_NAME: 'announce',
    JUPYTERHUB_SERVICE_PREFIX: '/jh/services/announce/',
    JUPYTERHUB_SERVICE_URL: 'http://127.0.0.1:9999/path',
    JUPYTERHUB_USER: '',
  })
})

it('has no place of its own without a url, and no client id when it is no OAuth client', () => {
  const environment = environmentOf({ services: [{ name: 'culler', command }] })

  expect(environment).toMatchObject({ JUPYTERHUB_HOST: '', JUPYTERHUB_PUBLIC_URL: '' })
  for (const name of ['CLIENT_ID', 'SERVICE_URL', 'SERVICE_PREFIX', 'ACTIVITY_URL']) {
    expect(environment).not.toHaveProperty(`JUPYTERHUB_${name}`)
  }
})

it('inherits little of the gateway’s, and the configuration wins', () => {
  const environment = environmentOf(
    {
      services: [
        { name: 'a', command, environment: { LANG: 'C', JUPYTERHUB_API_URL: 'http://other/' } },
      ],
    },
    { PATH: '/bin', LANG: 'de_DE.UTF-8', OPS_TOKEN: 'secret', PYTHONPATH: '/lib' },
  )

  expect(environment).toMatchObject({
    PATH: '/bin',
    PYTHONPATH: '/lib',
    LANG: 'C',
    JUPYTERHUB_API_URL: 'http://other/',
  })
  expect(environment).not.toHaveProperty('OPS_TOKEN')
})
