import { linkButton, postForm, submitButton } from '../../controls.ts'
import type { Markup } from '../../html.ts'
import { html } from '../../html.ts'
import type { Viewer } from '../../layout.ts'
import { layout } from '../../layout.ts'
import { adminNav } from '../admin-nav.ts'
import type { TokenFilter } from './tokens-filter.ts'
import { filterText } from './tokens-filter.ts'
import { tokensHref } from './tokens-href.ts'
import type { TokenItem } from './tokens-table.ts'
import { tokensTable } from './tokens-table.ts'

/** A token that matches and stays, and why. */
export interface KeptToken {
  id: string
  owner: TokenItem['owner']
  reason: string
}

interface RevokeProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  filter: TokenFilter
  /** How many are revoked, or would be. */
  revoked: number
  /** Some of those that stay. */
  kept: readonly KeptToken[]
  /** How many stay. */
  keptCount: number
}

export interface TokensConfirmProps extends RevokeProps {
  /** Whether there may be more than were counted. */
  more: boolean
  /** The first ones that match. */
  first: readonly TokenItem[]
  /** Milliseconds since the epoch. */
  now: number
}

export interface TokensRevokedProps extends RevokeProps {
  /** Where to go on; null when all are done. */
  next: string | null
  /** Why it did not go on. */
  error?: string | undefined
}

const plural = (count: number): string => (count === 1 ? '1 token' : `${count} tokens`)

function keptList({ kept, keptCount }: RevokeProps): Markup | '' {
  if (keptCount === 0) return ''
  const verb = keptCount === 1 ? 'matches and stays' : 'match and stay'
  const left = keptCount - kept.length
  return html`<section aria-labelledby="kept-title">
        <h2 id="kept-title">${plural(keptCount)} that ${verb}</h2>
        <ul>
          ${kept.map(({ id, owner, reason }) => html`<li><code>${id}</code> of ${owner.kind} ${owner.name}: ${reason}</li>`)}
          ${left > 0 ? html`<li>and ${left} more</li>` : ''}
        </ul>
      </section>`
}

function frame(props: RevokeProps, title: string, content: Markup): string {
  const { hubPath, viewer } = props
  return layout(
    { title, hubPath, viewer, section: 'admin', wide: true },
    html`${adminNav(hubPath, 'tokens')}
      <h1>${title}</h1>
      ${content}`,
  )
}

function question(props: TokensConfirmProps): Markup {
  const { hubPath, viewer, filter, revoked, more } = props
  const cancel = linkButton({ label: 'Cancel', look: 'quiet', href: tokensHref(hubPath, filter) })
  if (revoked === 0 && !more) {
    return html`<p class="panel">No token can be revoked: none matches, or those that do must stay.</p>
      <div class="actions">${cancel}</div>`
  }
  const count = more ? `more than ${plural(revoked)}` : plural(revoked)
  const action = `${hubPath}admin/tokens/revoke`
  return html`<p class="panel">This ends <strong>${count}</strong> at once, on every replica. Programs that use them stop working, and it cannot be undone.</p>
      <div class="actions">
        ${postForm({ viewer, action, fields: filter }, submitButton({ label: more ? 'Revoke all' : `Revoke ${plural(revoked)}`, look: 'danger' }))}
        ${cancel}
      </div>`
}

/** Asks before all tokens are revoked that a filter means. */
export function tokensConfirmPage(props: TokensConfirmProps): string {
  const { hubPath, filter, first, revoked, keptCount, more, now } = props
  const isPart = more || first.length < revoked + keptCount
  const content = html`<p>Filter: ${filterText(filter)}</p>
      ${question(props)}
      ${
        first.length === 0
          ? ''
          : html`<section aria-labelledby="first-title">
        <h2 id="first-title">${isPart ? `The first ${first.length} that match` : 'What matches'}</h2>
        ${tokensTable({
          tokens: first,
          now,
          withButtons: false,
          hrefOfOwner: ({ kind, name }) => tokensHref(hubPath, { owner: name, owner_kind: kind }),
          hrefToRevoke: () => '',
        })}
      </section>`
      }
      ${keptList(props)}`
  return frame(props, 'Revoke tokens?', content)
}

/** What became of the tokens that a filter meant. */
export function tokensRevokedPage(props: TokensRevokedProps): string {
  const { hubPath, viewer, filter, revoked, keptCount, next, error } = props
  const verb = revoked === 1 ? 'is' : 'are'
  const fields = { ...filter, after: next ?? '', revoked: String(revoked), kept: String(keptCount) }
  const action = `${hubPath}admin/tokens/revoke`
  const goOn = html`<p>There are more that match.</p>
      ${postForm({ viewer, action, fields, inPlace: true }, submitButton({ label: 'Go on', of: 'revoking' }))}`
  const content = html`<p>Filter: ${filterText(filter)}</p>
      <p class="panel" role="status"><strong>${plural(revoked)}</strong> ${verb} revoked${next === null ? '' : ' so far'}. Nobody can use ${revoked === 1 ? 'it' : 'them'} any more.</p>
      ${error === undefined ? '' : html`<p role="alert" data-variant="error">It stopped there: ${error}</p>`}
      ${next === null ? '' : goOn}
      ${keptList(props)}
      <p><a href="${hubPath}admin/tokens">All tokens</a></p>`
  return frame(props, next === null ? 'Tokens revoked' : 'Revoking tokens', content)
}
