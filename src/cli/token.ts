import { systemClock } from '../base/clock.ts'
import { HubgateError } from '../base/errors.ts'
import { openLog } from '../base/log.ts'
import { loadSnapshot } from '../config/load.ts'
import type { HubContext } from '../hub/context.ts'
import { tokenExpiry } from '../hub/tokens/token-lifetime.ts'
import { issueToken } from '../hub/tokens/tokens.ts'
import { createUsers, findUser } from '../hub/users/users.ts'
import type { UserRecord } from '../model/user.ts'
import { normalizeUsername } from '../model/username.ts'
import { StoreCache } from '../store/cache.ts'
import { openStore } from '../store/open.ts'
import { faultText } from './fault-text.ts'

export interface TokenWish {
  note?: string
  /** Seconds; absent for as long as the config file allows. */
  expiresIn?: number
  /** Empty for all that the user may. */
  scope: string[]
  store?: string
}

async function ownerOf(hub: HubContext, raw: string): Promise<UserRecord> {
  const name = normalizeUsername(raw)
  const admin = hub.snapshot().config.admin_users.includes(name)
  await createUsers(hub, [name], { admin })
  const user = await findUser(hub, name)
  if (user === undefined) throw new HubgateError('conflict', `User ${name} was just removed.`)
  return user
}

const tooLong = (wanted: number, most: number): string =>
  `--expires-in ${wanted} is too long: token_expires_in_max_seconds in the config file is ${most}.`

async function makeToken(hub: HubContext, name: string, wish: TokenWish): Promise<string> {
  const expiresAt = tokenExpiry(hub, wish.expiresIn, tooLong)
  const user = await ownerOf(hub, name)
  const { token } = await issueToken(hub, {
    owner: { kind: 'user', name: user.name, id: user.id },
    scopes: wish.scope.length === 0 ? ['inherit'] : wish.scope,
    note: wish.note ?? 'command-line generated',
    expiresAt,
  })
  return token
}

/**
 * `hubgate token`: makes a token and prints it alone on stdout, while replicas run or not.
 * @returns the exit code
 */
export async function runToken(file: string, user: string, wish: TokenWish): Promise<number> {
  try {
    const overrides = wish.store === undefined ? {} : { store: wish.store }
    const snapshot = await loadSnapshot(file, { overrides })
    const log = openLog('warn')
    const store = await openStore(snapshot.config.store, { clock: systemClock, log })
    const cache = new StoreCache({ store, clock: systemClock, max: 1000 })
    try {
      const hub = { store, cache, clock: systemClock, log, snapshot: () => snapshot }
      console.log(await makeToken(hub, user, wish))
      return 0
    } finally {
      cache.close()
      await store.close()
    }
  } catch (error) {
    console.error(faultText(error))
    return 1
  }
}
