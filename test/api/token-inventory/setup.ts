import { createUsers } from '../../../src/hub/users/users.ts'
import type { Answer, Rig } from '../harness.ts'
import { GRACE, openRig, SERVICE } from '../harness.ts'

/** Everything that the config map of the rig has tokens for, in the order of the inventory. */
export const CONFIGURED = ['ada', 'announce', 'grace', 'ops']

/** A class of students, of whom grace is the tutor; announce may do with tokens what it is given. */
export async function openInventory(serviceScopes: string[] = []): Promise<Rig> {
  const tutor = ['tokens!group=class-a', 'read:users!group=class-a']
  const rig = await openRig({
    config: {
      load_groups: { 'class-a': { users: ['bob', 'cyd'] } },
      load_roles: [
        { name: 'tutor', scopes: tutor, users: ['grace'] },
        { name: 'inventory', scopes: serviceScopes, services: ['announce'] },
      ],
      services: [{ name: 'announce', api_token: SERVICE }],
    },
  })
  await createUsers(rig.hub, ['bob', 'cyd', 'eve'], { admin: false })
  return rig
}

/** `owner note` of each item, sorted. */
export function namesIn({ body }: Answer): string[] {
  const items = body.items as { owner: { name: string }; note: string }[]
  return items.map(({ owner, note }) => `${owner.name} ${note}`).sort()
}

/** Makes a token of a user with a note. */
export async function note(
  { call }: Rig,
  user: string,
  text: string,
  wish: object = {},
): Promise<{ id: string; token: string }> {
  const { body } = await call('POST', `/users/${user}/tokens`, undefined, { note: text, ...wish })
  return { id: body.id, token: body.token }
}

export const TUTOR = GRACE
