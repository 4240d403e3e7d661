import type { NotebookAuth } from '../model/server.ts'
import { fullName } from '../model/server.ts'
import { escapePath } from '../model/server-url.ts'

/** What a server's environment says of the hub and of the server's place in it. */
export interface HubFacts {
  auth: NotebookAuth
  user: string
  /** Empty for the default server. */
  server: string
  /** The path that the server is to serve, `/user/ada/`. */
  prefix: string
  /** What the gateway and the server know each other by (see SpawnRequest). */
  secret: string
  /** The hub's own prefix, `/`. */
  baseUrl: string
  /** What browsers call the hub, if that is known. */
  publicUrl: string | undefined
  /** Where the server reaches the hub's API, `http://127.0.0.1:8000/hub/api`. */
  apiUrl: string
  /** The server's id as an OAuth client. */
  clientId: string
}

function place({ user, server, prefix, baseUrl }: HubFacts): Record<string, string> {
  return {
    JUPYTERHUB_USER: user,
    JUPYTERHUB_SERVER_NAME: server,
    JUPYTERHUB_SERVICE_PREFIX: prefix,
    JUPYTERHUB_BASE_URL: baseUrl,
  }
}

function publicPlace({ prefix, baseUrl, publicUrl }: HubFacts): Record<string, string> {
  const absolute = (path: string) => (publicUrl === undefined ? '' : new URL(path, publicUrl).href)
  return {
    JUPYTERHUB_HOST: publicUrl === undefined ? '' : new URL(publicUrl).origin,
    JUPYTERHUB_PUBLIC_URL: absolute(prefix),
    JUPYTERHUB_PUBLIC_HUB_URL: absolute(`${baseUrl}hub/`),
  }
}

/** What `jupyterhub.services.auth` signs visitors in with. */
function signIn({ user, server, prefix, secret, clientId }: HubFacts): Record<string, string> {
  const scopes = [`access:servers!server=${fullName(user, server)}`, `access:servers!user=${user}`]
  return {
    JUPYTERHUB_API_TOKEN: secret,
    JPY_API_TOKEN: secret,
    JUPYTERHUB_CLIENT_ID: clientId,
    JUPYTERHUB_OAUTH_CALLBACK_URL: `${prefix}oauth_callback`,
    JUPYTERHUB_OAUTH_ACCESS_SCOPES: JSON.stringify(scopes),
    JUPYTERHUB_OAUTH_SCOPES: JSON.stringify(scopes),
    JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES: '[]',
    JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED: '0',
  }
}

/**
 * What a server is told of the hub, in the variables that servers behind a JupyterHub read
 * (wire-contract §5.1). Where it listens and what its folders are, the spawner adds.
 */
export function hubEnvironment(facts: HubFacts): Record<string, string> {
  if (facts.auth === 'gateway') return { JUPYTER_TOKEN: facts.secret, ...place(facts) }
  return {
    ...place(facts),
    ...publicPlace(facts),
    ...signIn(facts),
    JUPYTERHUB_API_URL: facts.apiUrl,
    JUPYTERHUB_ACTIVITY_URL: `${facts.apiUrl}/users/${escapePath(facts.user)}/activity`,
  }
}
