import { subscopesOf } from '../../../model/scope-table.ts'
import type { Markup } from '../../html.ts'
import { html } from '../../html.ts'

/** Scopes that are shown without being asked for. */
const AT_ONCE = 3

/** Scopes that are shown at most: beyond this nobody reads them, and the page would be heavy. */
const AT_MOST = 20

function splitScope(scope: string): readonly [base: string, filter: string] {
  const mark = scope.indexOf('!')
  return mark === -1 ? [scope, ''] : [scope.slice(0, mark), scope.slice(mark)]
}

/**
 * The scopes that bring all the others along: without those that another with the same filter brings.
 * @param scopes expanded, as the API lists them
 */
export function mainScopes(scopes: readonly string[]): string[] {
  const brought = new Set<string>()
  for (const scope of scopes) {
    const [base, filter] = splitScope(scope)
    for (const sub of subscopesOf(base, {})) if (sub !== base) brought.add(sub + filter)
  }
  const [everywhere, filtered] = [new Set(scopes), scopes.filter((scope) => !brought.has(scope))]
  return filtered.filter((scope) => {
    const [base, filter] = splitScope(scope)
    return filter === '' || !everywhere.has(base)
  })
}

const names = (scopes: readonly string[]): Markup =>
  html`${scopes.map((scope, i) => html`${i === 0 ? '' : ', '}<code>${scope}</code>`)}`

/** What a token allows, in short. */
export function tokenScopes(scopes: readonly string[]): Markup {
  if (scopes.length === 0) return html`<span class="muted">nothing</span>`
  const main = mainScopes(scopes)
  if (main.length <= AT_ONCE) return names(main)
  const left = main.length - AT_MOST
  return html`<details>
                <summary>${main.length} scopes</summary>
                <p>${names(main.slice(0, AT_MOST))}${left > 0 ? html` and ${left} more` : ''}</p>
              </details>`
}
