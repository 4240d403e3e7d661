import { findUser } from '../../../src/hub/users/users.ts'
import type { ConfigInput } from '../../support/hub.ts'
import { putServer } from '../../support/people.ts'
import type { Rig } from '../harness.ts'
import { openRig } from '../harness.ts'

/** Ada may share her servers, and find others by name; the class has Grace and Eve. */
export const CONFIG: ConfigInput = {
  public_url: 'https://hub.example.org',
  load_groups: { 'class-a': { users: ['grace', 'eve'] }, 'class-b': {} },
  load_roles: [
    {
      name: 'sharer',
      scopes: ['shares!user', 'read:users:name', 'read:groups:name'],
      users: ['ada'],
    },
  ],
}

export const ENVELOPE_TYPE = 'application/jupyterhub-pagination+json'

/** A rig in which Ada has a named server, and a default one that was never started. */
export async function openShareRig(config: ConfigInput = {}): Promise<Rig> {
  const rig = await openRig({ config: { ...CONFIG, ...config } })
  const ada = await findUser(rig.hub, 'ada')
  if (ada === undefined) throw new Error('no ada')
  await putServer(rig.hub, ada, 'gpu')
  return rig
}

/** The server of a share of Ada's, as it is shown. */
export function adasServer(name: string) {
  const url = name === '' ? '/user/ada/' : `/user/ada/${name}/`
  const full_url = `https://hub.example.org${url}`
  return { user: { name: 'ada' }, name, url, full_url, ready: false }
}
