import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { layout } from '../layout.ts'
import type { Application } from './application-list.ts'
import { applicationList } from './application-list.ts'
import type { TokenFormProps } from './token-form.ts'
import { tokenForm } from './token-form.ts'
import type { TokenListProps } from './token-list.ts'
import { tokenList } from './token-list.ts'

type Lists = Pick<TokenListProps, 'tokens' | 'offset' | 'limit' | 'total' | 'error'>

export interface TokenPageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  /** Milliseconds since the epoch. */
  now: number
  done: string | undefined
  /** Whether the viewer may make tokens and revoke them. */
  mayMake: boolean
  /** Undefined for those who may make none. */
  form: TokenFormProps | undefined
  /** Undefined for those who may not see theirs. */
  lists: (Lists & { applications: readonly Application[] }) | undefined
}

const NONE = html`<p>You may make no tokens on this hub. Ask an administrator if you need one.</p>`

function newToken(form: TokenFormProps): Markup {
  return html`<section aria-labelledby="new-title">
        <h2 id="new-title">New token</h2>
        ${tokenForm(form)}
      </section>`
}

function lists(props: TokenPageProps): Markup | '' {
  const { viewer, hubPath, now, mayMake: mayRevoke } = props
  if (props.lists === undefined) return ''
  const shared = { viewer, hubPath, now, mayRevoke }
  return html`${tokenList({ ...shared, ...props.lists })}
      ${applicationList({ ...shared, applications: props.lists.applications })}`
}

/** Tokens: the form for a new one, those that there are, and the applications that hold some. */
export function tokenPage(props: TokenPageProps): string {
  const { hubPath, viewer, done, form } = props
  return layout(
    { title: 'Tokens', hubPath, viewer, section: 'token', wide: true, done },
    html`<h1>Tokens</h1>
      <p class="muted">A token is a password for a program. Each opens one kind of door: the hub’s API, or notebook servers.</p>
      ${form === undefined ? NONE : newToken(form)}
      ${lists(props)}`,
  )
}
