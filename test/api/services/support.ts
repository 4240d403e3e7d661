import type { Rig, RigOptions } from '../harness.ts'
import { openRig } from '../harness.ts'

/** Somebody with `admin:services` who is no admin. */
export const BOB = 'bob-token-of-the-config-map'

/** The token of a service that somebody makes. */
export const SECRET = 'a-secret-for-a-new-service'

const ROLE = { name: 'service-maker', scopes: ['admin:services'], users: ['bob'] }

/** A rig where the admin `ops`, and `bob` without being one, may make services. */
export async function openServicesRig(config: RigOptions['config'] = {}): Promise<Rig> {
  const rig = await openRig({
    config: {
      api_tokens: {
        'ops-token-of-the-config-map': 'ops',
        'ada-token-of-the-config-map': 'ada',
        [BOB]: 'bob',
      },
      load_roles: [ROLE],
      ...config,
    },
  })
  return rig
}
