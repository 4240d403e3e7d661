import { formError, linkButton, postForm } from '../../controls.ts'
import type { Markup } from '../../html.ts'
import { html } from '../../html.ts'
import type { Viewer } from '../../layout.ts'
import { layout } from '../../layout.ts'
import { adminNav } from '../admin-nav.ts'
import type { TokenFilter } from './tokens-filter.ts'
import { tokensFilter } from './tokens-filter.ts'
import { tokensHref, tokensRevokeHref } from './tokens-href.ts'
import type { TokenItem } from './tokens-table.ts'
import { tokensTable } from './tokens-table.ts'

export interface TokensPageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  filter: TokenFilter
  /** The cursor that this page begins behind; empty for the first one. */
  after: string
  tokens: readonly TokenItem[]
  /** The cursor that the next page begins behind; null after the last one. */
  next: string | null
  /** Milliseconds since the epoch. */
  now: number
  /** Scopes that the viewer lacks, or has for some owners only. */
  lacks: readonly ('read:tokens' | 'tokens')[]
  /** Why something could not be done. */
  error?: string | undefined
  done?: string | undefined
}

function table(props: TokensPageProps): Markup {
  const { hubPath, viewer, filter, after, tokens, next, now, error } = props
  const withButtons = tokens.some(({ mayRevoke }) => mayRevoke)
  if (tokens.length === 0) {
    if (error !== undefined) return html``
    const none =
      next === null ? 'There is no such token.' : 'None so far: there are more to look at.'
    return html`<p class="panel">${none}</p>`
  }
  const ownerFilter = ({ kind, name }: TokenItem['owner']) => ({ owner: name, owner_kind: kind })
  const content = tokensTable({
    tokens,
    now,
    withButtons,
    hrefOfOwner: (owner) => tokensHref(hubPath, ownerFilter(owner)),
    hrefToRevoke: (owner) => tokensRevokeHref(hubPath, ownerFilter(owner)),
  })
  if (!withButtons) return content
  const fields = { ...filter, ...(after === '' ? {} : { after }) }
  const action = `${hubPath}admin/tokens`
  return postForm({ viewer, action, fields, inPlace: true }, content)
}

function pages({ hubPath, filter, after, next }: TokensPageProps): Markup | '' {
  if (after === '' && next === null) return ''
  const first = tokensHref(hubPath, filter)
  return html`<nav class="actions" aria-label="Pages">
        ${after === '' ? '' : linkButton({ label: 'First page', look: 'quiet', href: first })}
        ${next === null ? '' : linkButton({ label: 'Next page', look: 'quiet', href: tokensHref(hubPath, filter, next) })}
      </nav>`
}

function revokeAll({ hubPath, filter, tokens }: TokensPageProps): Markup | '' {
  if (!tokens.some(({ mayRevoke }) => mayRevoke)) return ''
  if (Object.keys(filter).length === 0) {
    return html`<div class="fields"><p class="muted">To revoke many at once, filter first.</p></div>`
  }
  return html`<div class="fields"><a class="button outline" data-variant="danger" href="${tokensRevokeHref(hubPath, filter)}">Revoke all that match…</a></div>`
}

function reachNote({ lacks }: TokensPageProps): Markup | '' {
  if (lacks.includes('read:tokens')) {
    return html`<p class="help">Here are the tokens that you may see. Those of all users and services take the scope <code>read:tokens</code>.</p>`
  }
  if (lacks.length === 0) return ''
  return html`<p class="help">To revoke tokens of all users and services takes the scope <code>tokens</code>.</p>`
}

/** The tokens of everybody whom the viewer reaches, narrowed by a filter. */
export function tokensPage(props: TokensPageProps): string {
  const { hubPath, viewer, filter, error, done } = props
  const title = 'Tokens'
  return layout(
    { title: 'Tokens of everybody', hubPath, viewer, section: 'admin', wide: true, done },
    html`${adminNav(hubPath, 'tokens')}
      <h1>${title}</h1>
      ${reachNote(props)}
      ${formError(error)}
      ${tokensFilter(`${hubPath}admin/tokens`, filter)}
      ${revokeAll(props)}
      ${table(props)}
      ${pages(props)}`,
  )
}
