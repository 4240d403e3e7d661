import type { Markup } from '../html.ts'
import { html } from '../html.ts'

/** Scopes that are shown at once; the others unfold. */
const MAX_SHOWN = 2

const SERVERS = 'access:servers!'

/** A scope as people read it. */
function scopeText(raw: string): Markup {
  if (raw === 'inherit') return html`Everything you may do`
  if (raw === `${SERVERS}user`) return html`All your servers`
  if (raw.startsWith(`${SERVERS}server=`)) {
    return html`Server <code>${raw.slice(`${SERVERS}server=`.length)}</code>`
  }
  if (!raw.endsWith('!user')) return html`<code>${raw}</code>`
  return html`<code>${raw.slice(0, -'!user'.length)}</code> (what is yours)`
}

/**
 * What a token allows, in a line; many scopes unfold.
 * @param scopes raw, as the token was made with
 */
export function scopesText(scopes: readonly string[]): Markup {
  const [first, ...others] = scopes
  if (first === undefined) return html`To know who you are`
  if (scopes.length <= MAX_SHOWN) {
    return html`${scopeText(first)}${others.map((scope) => html`, ${scopeText(scope)}`)}`
  }
  return html`<details>
                <summary>${scopeText(first)} and ${others.length} more</summary>
                <ul>${scopes.map((scope) => html`<li>${scopeText(scope)}</li>`)}</ul>
              </details>`
}
