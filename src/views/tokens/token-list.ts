import type { TokenKind } from '../../model/token.ts'
import { confirmButton, formError } from '../controls.ts'
import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { xsrfField } from '../layout.ts'
import { pager } from '../pager.ts'
import { moment } from '../time.ts'
import { scopesText } from './scope-text.ts'

/** Where a token comes from: the configuration, the hub for one of its servers, or somebody. */
export type TokenOrigin = 'config' | 'server' | 'person'

/** One of the viewer's tokens. Times are ISO 8601. */
export interface OwnToken {
  id: string
  kind: TokenKind
  note: string
  /** Raw, as the token was made with. */
  scopes: readonly string[]
  origin: TokenOrigin
  created: string
  /** Null for never. */
  lastUsed: string | null
  expires: string | null
}

export interface TokenListProps {
  viewer: Viewer
  /** `/hub/` */
  hubPath: string
  now: number
  tokens: readonly OwnToken[]
  offset: number
  limit: number
  /** Of all pages. */
  total: number
  mayRevoke: boolean
  /** Why something is not revoked. */
  error: string | undefined
}

const KIND_TEXT: Readonly<Record<TokenKind, string>> = { hub: 'Hub', notebook: 'Notebook' }

/** The form of the boxes in the table. */
const MANY = 'revoke-many'

const ORIGIN_TEXT: Readonly<Record<TokenOrigin, Markup | ''>> = {
  config: html`<p class="help">From the hub’s configuration file, <code>api_tokens</code>: it ends when an operator takes it out there.</p>`,
  server: html`<p class="help">The server’s own: the hub made it, and ends it with the server.</p>`,
  person: '',
}

function question({ origin, note }: OwnToken): Markup {
  return origin === 'server'
    ? html`The server that has it cannot report to the hub any more until it is started again.`
    : html`Whatever uses “${note}” stops working at once. A revoked token cannot be brought back.`
}

function revoke(token: OwnToken, { viewer, hubPath, offset }: TokenListProps): Markup {
  return confirmButton({
    id: `revoke-${token.id}`,
    label: 'Revoke',
    of: token.note,
    question: question(token),
    yes: 'Revoke token',
    form: {
      viewer,
      action: `${hubPath}token/revoke`,
      fields: { token: token.id, offset: String(offset) },
      inPlace: true,
    },
  })
}

function row(token: OwnToken, props: TokenListProps): Markup {
  const { now, mayRevoke } = props
  const { id, kind, note, origin } = token
  const canEnd = mayRevoke && origin !== 'config'
  const box = html`<input type="checkbox" form="${MANY}" name="token" value="${id}" aria-label="${note}">`
  return html`<tr>
              ${mayRevoke ? html`<td>${canEnd ? box : ''}</td>` : ''}
              <th scope="row">${note}</th>
              <td><span class="badge outline">${KIND_TEXT[kind]}</span></td>
              <td class="allows">${scopesText(token.scopes)}${ORIGIN_TEXT[origin]}</td>
              <td>${origin === 'config' ? '' : moment(token.created, now)}</td>
              <td>${moment(token.lastUsed, now)}</td>
              <td>${moment(token.expires, now)}</td>
              ${mayRevoke ? html`<td>${canEnd ? revoke(token, props) : ''}</td>` : ''}
            </tr>`
}

function revokeMany({ viewer, hubPath, offset }: TokenListProps): Markup {
  return html`<form id="${MANY}" method="post" action="${hubPath}token/revoke" hx-boost="true">
          ${xsrfField(viewer.xsrf)}
          <input type="hidden" name="offset" value="${offset}">
          <button type="button" class="outline" data-variant="danger" popovertarget="confirm-many">Revoke those ticked</button>
          <div id="confirm-many" class="confirm" popover role="dialog" aria-label="Revoke those ticked">
            <p>Whatever uses the tokens that you ticked stops working at once. Revoked tokens cannot be brought back.</p>
            <div class="actions">
              <button type="submit" class="outline" data-variant="danger">Revoke tokens</button>
              <button type="button" class="outline" popovertarget="confirm-many" popovertargetaction="hide">Cancel</button>
            </div>
          </div>
        </form>`
}

function table(props: TokenListProps): Markup {
  const { tokens, mayRevoke } = props
  const all = html`<th scope="col"><input type="checkbox" data-check-all="token" aria-label="All on this page"></th>`
  return html`<div class="table" role="region" tabindex="0" aria-label="List of your tokens">
          <table class="tokens">
            <thead>
              <tr>
                ${mayRevoke ? all : ''}
                ${['Note', 'Opens', 'Allows', 'Made', 'Last used', 'Expires'].map((title) => html`<th scope="col">${title}</th>`)}
                ${mayRevoke ? html`<th scope="col"><span class="hidden">Revoke</span></th>` : ''}
              </tr>
            </thead>
            <tbody>
            ${tokens.map((token) => row(token, props))}
            </tbody>
          </table>
        </div>`
}

/** The viewer's tokens, with the means to end one or many. */
export function tokenList(props: TokenListProps): Markup {
  const { error, hubPath, limit, mayRevoke, offset, tokens, total } = props
  const hrefOf = (at: number): string => `${hubPath}token?offset=${at}`
  const canEndSome = mayRevoke && tokens.some(({ origin }) => origin !== 'config')
  return html`<section id="tokens" aria-labelledby="tokens-title">
        <h2 id="tokens-title">Your tokens</h2>
        ${formError(error)}
        ${total === 0 ? html`<p class="muted">You have no token yet.</p>` : table(props)}
        ${canEndSome ? revokeMany(props) : ''}
        ${total > limit ? pager({ offset, limit, total, of: 'tokens', hrefOf }) : ''}
      </section>`
}
