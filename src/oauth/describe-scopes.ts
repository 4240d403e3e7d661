import type { Config } from '../config/schema.ts'
import { requiredScopes } from '../hub/oauth/requested-scopes.ts'
import type { OAuthClient } from '../model/oauth-client.ts'
import { boundToClient } from '../model/oauth-client.ts'
import type { ParsedScope } from '../model/parse-scope.ts'
import { parseScope } from '../model/parse-scope.ts'
import { scopeEntry } from '../model/scope-table.ts'

const KIND = { user: 'the user', group: 'the group', server: 'the server', service: 'the service' }

function reach({ filter }: ParsedScope, visitor: string): string {
  if (filter === null) return ''
  return ` Only ${KIND[filter.kind]} ${filter.name ?? visitor}.`
}

/** What raw scopes let a client do, a sentence each; without what every client is given. */
export function describeScopes(
  { custom_scopes }: Pick<Config, 'custom_scopes'>,
  client: OAuthClient,
  scopes: readonly string[],
  visitor: string,
): string[] {
  const required = new Set(requiredScopes(client))
  return scopes
    .filter((scope) => !required.has(scope))
    .flatMap((scope) => {
      const parsed = parseScope(boundToClient(client, scope))
      if (parsed === null) return []
      const text = scopeEntry(parsed.base, custom_scopes)?.description ?? parsed.base
      return [`${text}${reach(parsed, visitor)}`]
    })
}
