import type { Config, ServiceConfig } from '../../../config/schema.ts'

import type { Service } from '../../../model/service.ts'
import { servicePrefix } from '../../../model/service.ts'

/** What a service inherits of the gateway's environment. */
const KEPT = [
  'CONDA_DEFAULT_ENV',
  'CONDA_ROOT',
  'HOME',
  'LANG',
  'LC_ALL',
  'LD_LIBRARY_PATH',
  'PATH',
  'PYTHONPATH',
  'SHELL',
  'TZ',
  'USER',
  'VIRTUAL_ENV',
]

export interface ServiceEnvironmentInput {
  config: Pick<Config, 'base_url' | 'public_url'>
  settings: Pick<ServiceConfig, 'environment' | 'user'>
  service: Service
  /** Its hub token, which is also its OAuth client secret. */
  token: string
  /** Where it reaches the hub's API, without a slash at the end. */
  apiUrl: string
  /** The gateway's own environment, of which little passes. */
  parent: NodeJS.ProcessEnv
}

function kept(parent: NodeJS.ProcessEnv): Record<string, string> {
  const found = KEPT.map((name) => [name, parent[name]] as const)
  return Object.fromEntries(
    found.filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

/** Where people reach it, as far as that is known; empty otherwise. */
function publicPlaces(
  { public_url, base_url }: ServiceEnvironmentInput['config'],
  prefix: string,
): Record<string, string> {
  const origin = public_url === undefined ? '' : new URL(public_url).origin
  return {
    JUPYTERHUB_HOST: origin,
    JUPYTERHUB_PUBLIC_HUB_URL: origin === '' ? '' : `${origin}${base_url}hub/`,
    JUPYTERHUB_PUBLIC_URL: origin === '' || prefix === '' ? '' : origin + prefix,
  }
}

/**
 * The whole environment of a service that the gateway runs (wire-contract §7): a few of the gateway's
 * own variables, what services of JupyterHub expect, then `services[].environment`, which wins. A
 * service without a url has none in its environment either, unlike JupyterHub's `http://127.0.0.1:0/`.
 */
export function serviceEnvironment(input: ServiceEnvironmentInput): Record<string, string> {
  const { config, settings, service, token, apiUrl, parent } = input
  const { name, url, oauthClientId, oauthRedirectUri, oauthClientAllowedScopes } = service
  const prefix = url === null ? '' : servicePrefix(config.base_url, name)
  const accessScopes = JSON.stringify(['access:services', `access:services!service=${name}`])
  return {
    ...kept(parent),
    JUPYTERHUB_SERVICE_NAME: name,
    JUPYTERHUB_API_TOKEN: token,
    JPY_API_TOKEN: token,
    JUPYTERHUB_API_URL: apiUrl,
    JUPYTERHUB_BASE_URL: config.base_url,
    ...publicPlaces(config, prefix),
    ...(url === null ? {} : { JUPYTERHUB_SERVICE_URL: url, JUPYTERHUB_SERVICE_PREFIX: prefix }),
    ...(oauthClientId === null ? {} : { JUPYTERHUB_CLIENT_ID: oauthClientId }),
    JUPYTERHUB_OAUTH_CALLBACK_URL: oauthRedirectUri ?? '',
    JUPYTERHUB_OAUTH_ACCESS_SCOPES: accessScopes,
    JUPYTERHUB_OAUTH_SCOPES: accessScopes,
    JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES: JSON.stringify(oauthClientAllowedScopes),
    JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED: '0',
    JUPYTERHUB_USER: settings.user ?? '',
    JUPYTERHUB_SERVER_NAME: '',
    ...settings.environment,
  }
}
