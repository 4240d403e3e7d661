import type { ScopeOwner } from './expand-scopes.ts'

/** The scopes with which any token tells who its owner is (wire-contract §3.6). */
export function identityScopes({ kind, name }: ScopeOwner): string[] {
  return kind === 'service'
    ? [`read:services:name!service=${name}`]
    : [`read:users:name!user=${name}`, `read:users:groups!user=${name}`]
}
