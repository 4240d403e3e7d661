import { scopesOfToken } from '../../hub/identity/identity.ts'
import { clientName } from '../../hub/oauth/clients.ts'
import type { TokenRecord } from '../../model/token.ts'
import type { ApiDeps } from '../deps.ts'
import { tokenModel } from './token-model.ts'

/** A token as it is shown, and when it was last used: milliseconds since the epoch, null for never. */
export interface ShownToken {
  model: Record<string, unknown>
  lastActivity: number | null
}

/** Tokens as they are shown, in their order. */
export async function showTokens(
  deps: Pick<ApiDeps, 'activity' | 'hub'>,
  records: readonly TokenRecord[],
): Promise<ShownToken[]> {
  const ids = records.map((record) => record.id)
  const activities = await deps.activity.lastOfMany('token', ids)
  return Promise.all(
    records.map(async (record, i) => {
      const lastActivity = activities[i] ?? null
      const scopes = await scopesOfToken(deps.hub, record)
      const client = await clientName(deps.hub, record)
      return { model: tokenModel(record, { scopes, lastActivity, client }), lastActivity }
    }),
  )
}
