import type { TokenFilter } from './tokens-filter.ts'

function withQuery(path: string, filter: TokenFilter, more: Record<string, string>): string {
  const query = new URLSearchParams({ ...filter, ...more }).toString()
  return query === '' ? path : `${path}?${query}`
}

/**
 * Where the tokens are that a filter means.
 * @param hubPath `/hub/`
 * @param after the cursor of the page before; empty for the first page
 */
export function tokensHref(hubPath: string, filter: TokenFilter, after = ''): string {
  return withQuery(`${hubPath}admin/tokens`, filter, after === '' ? {} : { after })
}

/** Where one is asked whether all of them shall be revoked. */
export function tokensRevokeHref(hubPath: string, filter: TokenFilter): string {
  return withQuery(`${hubPath}admin/tokens/revoke`, filter, {})
}
