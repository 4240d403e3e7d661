import { HubgateError } from '../../../base/errors.ts'
import { escapePath } from '../../../model/server-url.ts'
import type { BulkDeed } from '../../../views/admin/users/bulk-deeds.ts'
import type { BulkResult } from '../../../views/admin/users/bulk-page.ts'
import { bodyOf, callApi } from '../../api-client.ts'
import type { SignedIn } from '../../signed-in.ts'
import type { Visit } from '../../visit.ts'
import { membersPath, userPath } from '../api-paths.ts'
import type { BulkWish } from './bulk-wish.ts'

/** The API in the visitor's name: the status of what it did. */
type Ask = (
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  json?: unknown,
) => Promise<{ status: number }>

/** The servers of a user that are not at rest. */
async function activeServers(visit: Visit, member: SignedIn, name: string): Promise<string[]> {
  interface Model {
    servers?: Record<string, unknown>
  }
  const { servers = {} } = bodyOf(await callApi<Model>(visit, member, 'GET', userPath(name)))
  return Object.keys(servers)
}

async function stopAll(servers: readonly string[], ask: Ask, name: string): Promise<string> {
  if (servers.length === 0) return 'Nothing was running'
  const stops = servers.map((server) =>
    ask('DELETE', `${userPath(name)}/servers/${escapePath(server)}`),
  )
  const answers = await Promise.all(stops)
  return answers.some(({ status }) => status === 202) ? 'Stopping' : 'Stopped'
}

async function start(ask: Ask, name: string): Promise<string> {
  const { status } = await ask('POST', `${userPath(name)}/server`)
  return status === 202 ? 'Starting' : 'Running'
}

/** @returns what has become of the user, in a word or two */
type Work = (wish: BulkWish, name: string, ask: Ask) => Promise<string>

const WORK: Readonly<Record<Exclude<BulkDeed, 'stop'>, Work>> = {
  start: (_, name, ask) => start(ask, name),
  delete: async (_, name, ask) => {
    await ask('DELETE', userPath(name))
    return 'Deleted'
  },
  'make-admin': async (_, name, ask) => {
    await ask('PATCH', userPath(name), { admin: true })
    return 'Admin'
  },
  'take-admin': async (_, name, ask) => {
    await ask('PATCH', userPath(name), { admin: false })
    return 'No admin'
  },
  join: async ({ group }, name, ask) => {
    await ask('POST', membersPath(group), { users: [name] })
    return 'In the group'
  },
  leave: async ({ group }, name, ask) => {
    await ask('DELETE', membersPath(group), { users: [name] })
    return 'Not in the group'
  },
}

function whyNot(visit: Visit, error: unknown): string {
  const known = error instanceof HubgateError
  if (!known) visit.deps.hub.log.warn({ err: error }, 'a change of a user failed')
  return (known ? error.publicMessage : null) ?? 'The hub could not do this.'
}

/** Does what is wished to one user. Never rejects: what went wrong is the result. */
export async function doOne(
  visit: Visit,
  member: SignedIn,
  wish: BulkWish,
  name: string,
): Promise<BulkResult> {
  const ask: Ask = async (method, path, json) => {
    const answer = await callApi(visit, member, method, path, json === undefined ? {} : { json })
    bodyOf(answer)
    return answer
  }
  try {
    const { deed } = wish
    const text =
      deed === 'stop'
        ? await stopAll(await activeServers(visit, member, name), ask, name)
        : await WORK[deed](wish, name, ask)
    return { name, ok: true, text }
  } catch (error) {
    return { name, ok: false, text: whyNot(visit, error) }
  }
}
