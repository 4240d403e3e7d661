import { serverClientId } from '../../model/oauth-client.ts'
import type { ServerRecord } from '../../model/server.ts'
import { serverPrefix } from '../../model/server-url.ts'
import { hubEnvironment } from '../../spawn/hub-environment.ts'
import type { SpawnRequest } from '../../spawn/port.ts'
import { hubApiUrl } from '../connect-url.ts'
import type { HubContext } from '../context.ts'

/** What a spawner is told of a run that somebody wished for. */
export function requestOf(hub: HubContext, record: ServerRecord): SpawnRequest {
  const { base_url: baseUrl, public_url: publicUrl } = hub.snapshot().config
  const { user, name: server, userOptions, auth = 'gateway' } = record
  const prefix = serverPrefix(baseUrl, user, server)
  const secret = record.secret ?? ''
  const facts = { auth, user, server, prefix, secret, baseUrl, publicUrl }
  const clientId = serverClientId(user, server)
  const environment = hubEnvironment({ ...facts, apiUrl: hubApiUrl(hub), clientId })
  return { runId: record.runId ?? '', auth, user, server, prefix, secret, environment, userOptions }
}
