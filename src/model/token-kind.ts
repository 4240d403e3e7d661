import { parseScope } from './parse-scope.ts'
import type { TokenKind } from './token.ts'

const IDENTITY = new Set(['read:users:name', 'read:users:groups'])

/**
 * What a token with these raw scopes opens (design.md §2). A notebook token has `access:servers` in
 * some form and nothing beside it but scopes that say who its owner is, all with or without filter.
 * Every other token is a hub token: one with any further scope, with `inherit`, and one without
 * `access:servers`, which could open no server.
 */
export function tokenKindOf(scopes: readonly string[]): TokenKind {
  const bases = scopes.map((scope) => parseScope(scope)?.base)
  const opensServers = bases.includes('access:servers')
  const nothingElse = bases.every(
    (base) => base !== undefined && (base === 'access:servers' || IDENTITY.has(base)),
  )
  return opensServers && nothingElse ? 'notebook' : 'hub'
}
