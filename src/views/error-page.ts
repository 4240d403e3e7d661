import type { ErrorCode } from '../base/errors.ts'
import { linkButton } from './controls.ts'
import { errorText } from './error-texts.ts'
import type { Markup } from './html.ts'
import { html } from './html.ts'
import type { Viewer } from './layout.ts'
import { layout } from './layout.ts'

export interface ErrorPageProps {
  status: number
  /** What went wrong, where that is known. */
  code?: ErrorCode | undefined
  /** `/hub/` */
  hubPath: string
  /** What happened, in a sentence for the visitor; null or left out where nothing precise is known. */
  message?: string | null | undefined
  /** A heading in place of the status's own. */
  title?: string | undefined
  /** What the visitor can do, in place of the status's own advice. */
  advice?: string | undefined
  /** Where to go on; the hub's home page when left out. */
  link?: { href: string; label: string } | undefined
  /** What an operator finds in the log. */
  requestId?: string | undefined
  viewer?: Viewer | undefined
}

function reference({ status, requestId }: ErrorPageProps): Markup {
  if (requestId === undefined) return html`<p class="reference">Error ${status}</p>`
  return html`<div class="reference actions">
        <span>Error ${status}, request <code id="request-id">${requestId}</code></span>
        <button type="button" class="outline small" data-copy="request-id" hidden>Copy</button>
      </div>`
}

/** Whether another account, or any, may help. Who is signed in is asked there to sign out first. */
function otherAccount({ status, code, hubPath }: ErrorPageProps): Markup | '' {
  if (code === 'unauthenticated') {
    return linkButton({ label: 'Sign in', href: `${hubPath}login`, look: 'quiet' })
  }
  if (status !== 403 && status !== 404) return ''
  return linkButton({ label: 'Use another account', href: `${hubPath}logout`, look: 'quiet' })
}

/** The page for an error: what happened, what to do, and how an operator finds it in the log. */
export function errorPage(props: ErrorPageProps): string {
  const { status, code, hubPath, message, viewer } = props
  const text = errorText(status, code, message)
  const title = props.title ?? text.title
  const link = props.link ?? { href: hubPath, label: 'Home' }
  return layout(
    { title, hubPath, viewer, scripts: viewer === undefined ? ['hubgate.js'] : [] },
    html`<h1>${title}</h1>
      <p role="alert" data-variant="error">${text.message}</p>
      <p>${props.advice ?? text.advice}</p>
      <p class="actions">${linkButton(link)} ${otherAccount(props)}</p>
      ${reference(props)}`,
  )
}
