import { freePort } from '../../test/support/free-port.ts'
import { makeToken, startHubgate } from './hubgate.ts'
import { PASS, startNginx, UNBUFFERED, upstream } from './nginx.ts'
import type { Place, Subject, SubjectKey } from './subject.ts'
import { IDLE_CREDENTIAL } from './subject.ts'

function onlyRoute({ routes }: Place): Place['routes'][number] {
  const [route] = routes
  if (route === undefined) throw new Error('there is no route')
  return route
}

/**
 * nginx that passes everything on.
 * @param more directives of the location
 */
export async function startPlainNginx(place: Place, key: SubjectKey, more = ''): Promise<Subject> {
  const { dir, cleanup, signal } = place
  const { user, url } = onlyRoute(place)
  const port = await freePort()
  const http = `${upstream('backend', new URL(url).host)}
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://backend; ${PASS}${more} } }`
  const pids = await startNginx({ dir, port, http }, cleanup, signal)
  const prefix = `/user/${user}/`
  const target = {
    prefix,
    credential: IDLE_CREDENTIAL,
    visitorSecret: '',
    serverSecret: undefined,
  }
  return { key, port, guards: false, targets: [target], pids }
}

/** nginx that asks hubgate about each request, as config/examples/nginx.conf has it. */
export async function startAskingNginx(place: Place): Promise<Subject> {
  const { dir, cleanup, signal } = place
  const { user, url } = onlyRoute(place)
  const port = await freePort()
  const hub = `http://127.0.0.1:${port}`
  const hubgate = await startHubgate(place, {
    public_url: hub,
    trusted_proxies: ['127.0.0.1'],
    services: [{ name: 'bench', forward_auth: { external_urls: [`${hub}/bench/`] } }],
    load_groups: { readers: { users: [user] } },
    load_roles: [
      { name: 'readers', scopes: ['access:services!service=bench'], groups: ['readers'] },
    ],
  })
  const ask = `location = /.hubgate/bench {
    internal;
    proxy_pass http://hubgate/hub/api/forward-auth/bench;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_pass_request_body off;
    proxy_set_header Content-Length "";
    proxy_set_header X-Original-URL $scheme://$http_host$request_uri;
    proxy_set_header X-Original-Method $request_method;
    proxy_set_header X-Original-URI "";
    proxy_set_header X-Forwarded-Uri "";
    proxy_set_header X-Forwarded-Method "";
  }`
  const guarded = `location /bench/ {
    auth_request /.hubgate/bench;
    auth_request_set $hubgate_user $upstream_http_x_hubgate_user;
    auth_request_set $hubgate_groups $upstream_http_x_hubgate_groups;
    auth_request_set $hubgate_jwt $upstream_http_x_hubgate_jwt;
    proxy_pass http://backend; ${PASS}${UNBUFFERED}
    proxy_set_header X-Hubgate-User $hubgate_user;
    proxy_set_header X-Hubgate-Groups $hubgate_groups;
    proxy_set_header X-Hubgate-Jwt $hubgate_jwt;
    proxy_set_header X-Hubgate-Scopes "";
    proxy_set_header X-Hubgate-Kind "";
    proxy_set_header Authorization "";
  }`
  const http = `${upstream('backend', new URL(url).host)}
  ${upstream('hubgate', `127.0.0.1:${hubgate.port}`)}
  server { listen 127.0.0.1:${port}; ${ask} ${guarded} }`
  const pids = await startNginx({ dir, port, http }, cleanup, signal)
  const token = await makeToken(hubgate, user, undefined)
  const target = {
    prefix: '/bench/',
    credential: `Authorization: token ${token}\r\n`,
    visitorSecret: token,
    serverSecret: undefined,
  }
  return {
    key: 'nginx-auth',
    port,
    guards: true,
    targets: [target],
    pids: async () => [...(await pids()), ...(await hubgate.pids())],
  }
}
