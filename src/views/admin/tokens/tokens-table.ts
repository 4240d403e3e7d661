import type { Markup } from '../../html.ts'
import { html } from '../../html.ts'
import { moment } from '../../time.ts'
import { tokenScopes } from './tokens-scopes.ts'

/** A token as the API's inventory has it. Times are ISO 8601. */
export interface TokenItem {
  id: string
  owner: { kind: 'user' | 'service'; name: string }
  token_kind: 'hub' | 'notebook'
  note: string
  scopes: readonly string[]
  created: string
  last_activity: string | null
  expires_at: string | null
  /** The application that it was given to; `JupyterHub` for a token that somebody made. */
  oauth_client: string
  /** Whether the configuration has it: then it ends there alone. */
  inConfig: boolean
  /** Whether the viewer may end it, as far as is known beforehand. */
  mayRevoke: boolean
}

export interface TokensTableProps {
  tokens: readonly TokenItem[]
  /** Milliseconds since the epoch. */
  now: number
  /** Whether there are buttons, in a form around the table. */
  withButtons: boolean
  /** Where all tokens of an owner are, escaped. */
  hrefOfOwner: (owner: TokenItem['owner']) => string
  /** Where all tokens of a service can be revoked, escaped. */
  hrefToRevoke: (owner: TokenItem['owner']) => string
}

/** The application of a token that somebody made. */
const MADE = 'JupyterHub'

function action({ withButtons, hrefToRevoke }: TokensTableProps, token: TokenItem): Markup | '' {
  const { inConfig, owner, id } = token
  if (inConfig) return html`<span class="muted">In the config</span>`
  if (!withButtons || !token.mayRevoke) return ''
  if (owner.kind === 'service') {
    return html`<a class="button outline" data-variant="danger" href="${hrefToRevoke(owner)}">Revoke all…<span class="hidden"> tokens of service ${owner.name}</span></a>`
  }
  const name = `token ${id} of ${owner.name}`
  return html`<button type="submit" class="outline" data-variant="danger" name="token" value="${owner.name}/${id}">Revoke<span class="hidden"> ${name}</span></button>`
}

function row(props: TokensTableProps, token: TokenItem): Markup {
  const { owner, note, oauth_client: client } = token
  const { now, hrefOfOwner } = props
  const given = client === '' || client === MADE ? '' : html` <span class="muted">${client}</span>`
  return html`<tr>
            <th scope="row"><a href="${hrefOfOwner(owner)}">${owner.name}</a>${owner.kind === 'service' ? html` <span class="muted">service</span>` : ''}</th>
            <td>${token.token_kind}</td>
            <td class="allows">${note}${given}</td>
            <td class="allows">${tokenScopes(token.scopes)}</td>
            <td>${moment(token.created, now)}</td>
            <td>${moment(token.last_activity, now)}</td>
            <td>${moment(token.expires_at, now)}</td>
            <td><div class="actions">${action(props, token)}</div></td>
          </tr>`
}

/** Tokens of many owners. */
export function tokensTable(props: TokensTableProps): Markup {
  const columns = ['Owner', 'Kind', 'Note', 'Allows', 'Created', 'Last used', 'Expires']
  return html`<div class="table tokens" role="region" tabindex="0" aria-label="Tokens">
        <table>
          <thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}<th scope="col"><span class="hidden">Revoke</span></th></tr></thead>
          <tbody>${props.tokens.map((token) => row(props, token))}</tbody>
        </table>
      </div>`
}
