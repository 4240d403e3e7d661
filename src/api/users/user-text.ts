import type { Config } from '../../config/schema.ts'
import type { UserFacts } from '../../hub/users/user-facts.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import { isActive } from '../../model/server.ts'
import type { UserRecord } from '../../model/user.ts'
import type { ApiDeps } from '../deps.ts'
import type { Wanted } from './load-users.ts'
import { loadModels } from './load-users.ts'
import { userModel } from './user-model.ts'
import type { UserView } from './user-view.ts'
import { viewOf } from './user-view.ts'

/** The JSON of a user of whom no server is shown, and all that it was made from beside the record. */
interface Kept {
  config: Config
  view: UserView
  lastActivity: number | null
  text: string | undefined
}

/** By record, which is another one as soon as anything of it changes; the last one of each. */
const kept = new WeakMap<UserRecord, Kept>()

/** Whether two views show the same of the same user. */
function isSame(a: UserView, b: UserView): boolean {
  return a === b || (a.kind !== undefined && a.kind === b.kind)
}

function makeText({ record: user, lastActivity }: Wanted, config: Config, view: UserView) {
  const model = userModel({ user, lastActivity }, config, view)
  return model && JSON.stringify(model)
}

/** The JSON of a user without servers; undefined when the view shows nothing of them. */
function textOf(user: Wanted, config: Config, view: UserView): string | undefined {
  const { record, lastActivity } = user
  const known = kept.get(record)
  const isStill =
    known?.config === config && known.lastActivity === lastActivity && isSame(known.view, view)
  if (known !== undefined && isStill) return known.text
  const text = makeText(user, config, view)
  kept.set(record, { config, view, lastActivity, text })
  return text
}

export interface TextOptions {
  includeStopped: boolean
  /** Whether a user may have an active server, by the name. */
  mayBeActive: (name: string) => boolean
}

/**
 * The models of users as far as the scopes show them, as JSON, in their order; without those of whom
 * they show nothing. Servers are read of those only who may have one to show.
 */
export async function loadUserTexts(
  deps: ApiDeps,
  scopes: ScopeSet,
  users: readonly Wanted[],
  { includeStopped, mayBeActive }: TextOptions,
): Promise<string[]> {
  const view = viewOf(scopes)
  const { config } = deps.hub.snapshot()
  const busy = new Set(
    view.readsServers
      ? users.filter(({ record }) => includeStopped || mayBeActive(record.name))
      : [],
  )
  const models = busy.size === 0 ? [] : await loadModels(deps, view, [...busy], includeStopped)
  let next = 0
  const texts = users.map((user) => {
    if (!busy.has(user)) return textOf(user, config, view)
    const model = models[next++]
    return model && JSON.stringify(model)
  })
  return texts.filter((text) => text !== undefined)
}

/** The model of one user as JSON; `{}` when the scopes show nothing of them. */
export async function loadUserText(
  deps: ApiDeps,
  scopes: ScopeSet,
  { record, lastActivity, servers }: UserFacts,
  includeStopped = false,
): Promise<string> {
  const user = { record, lastActivity: deps.activity.latestOfUser(record.id, lastActivity) }
  const isBusy = includeStopped || servers.some(isActive)
  if (!isBusy) return textOf(user, deps.hub.snapshot().config, viewOf(scopes)) ?? '{}'
  const options = { includeStopped, mayBeActive: () => true }
  const [text = '{}'] = await loadUserTexts(deps, scopes, [user], options)
  return text
}
