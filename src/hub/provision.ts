import { HubgateError } from '../base/errors.ts'
import type { Snapshot } from '../config/snapshot.ts'
import { normalizeUsername } from '../model/username.ts'
import type { HubContext } from './context.ts'
import { createGroups, findGroup, setGroupProperties } from './groups/groups.ts'
import { presentUsers } from './groups/members.ts'
import { setMembers } from './groups/memberships.ts'
import { changeUser, createUsers } from './users/users.ts'

type LoadGroup = Snapshot['config']['load_groups'][string]

/** Everybody whom the configuration names, administrators aside. */
function namedUsers({ config, tokens }: Snapshot): string[] {
  const owners = [...tokens.values()].map((token) => token.owner)
  return [
    ...config.allowed_users,
    ...owners.filter((owner) => owner.kind === 'user').map((owner) => owner.name),
    ...Object.values(config.load_groups).flatMap((group) => group.users),
    ...config.load_roles.flatMap((role) => role.users),
  ]
}

async function provisionAdmins(hub: HubContext, names: readonly string[]): Promise<void> {
  await createUsers(hub, names, { admin: true })
  const users = await presentUsers(hub, [...new Set(names.map(normalizeUsername))])
  for (const { value } of users) {
    if (!value.admin) await changeUser(hub, value.name, { admin: true })
  }
}

/** Two replicas that start together both try: that the other was first is fine. */
async function ensureGroup(hub: HubContext, name: string): Promise<void> {
  if ((await findGroup(hub, name)) !== undefined) return
  try {
    await createGroups(hub, [name], [])
  } catch (error) {
    if (!(error instanceof HubgateError && error.code === 'conflict')) throw error
  }
}

async function provisionGroup(hub: HubContext, name: string, wanted: LoadGroup): Promise<void> {
  await ensureGroup(hub, name)
  await setMembers(hub, name, wanted.users)
  await setGroupProperties(hub, name, wanted.properties)
}

/**
 * Makes what the configuration in force names: its users (`admin_users` as administrators), its
 * groups with exactly the members and properties given, the groups of its roles. Nothing is deleted,
 * nobody loses being an administrator. Doing it again, or on two replicas at once, changes nothing.
 * @throws HubgateError `bad_request` for a name that cannot be a user's or group's
 */
export async function provision(hub: HubContext): Promise<void> {
  const snapshot = hub.snapshot()
  const { admin_users, load_groups, load_roles } = snapshot.config
  await provisionAdmins(hub, admin_users)
  await createUsers(hub, namedUsers(snapshot), { admin: false })
  for (const [name, group] of Object.entries(load_groups)) await provisionGroup(hub, name, group)
  for (const name of load_roles.flatMap((role) => role.groups)) await ensureGroup(hub, name)
}
