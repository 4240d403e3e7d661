import { html } from '../html.ts'
import { layout, xsrfField } from '../layout.ts'

export interface LoginPageProps {
  /** `/hub/` */
  hubPath: string
  /** The pre-session token of this browser. */
  xsrf: string
  /** Where to go afterwards, as a checked path; empty for home. */
  next: string
  /** What was typed before, when the form comes back. */
  username?: string
  /** Why the form comes back. */
  error?: string
}

/** The sign-in form. */
export function loginPage(props: LoginPageProps): string {
  const { error } = props
  return layout(
    { title: 'Sign in', hubPath: props.hubPath },
    html`<h1>Sign in</h1>
      ${error === undefined ? '' : html`<p id="login-error" role="alert" data-variant="error">${error}</p>`}
      <form class="narrow panel stack" method="post" action="${props.hubPath}login">
        ${xsrfField(props.xsrf)}
        <input type="hidden" name="next" value="${props.next}">
        <label for="username">Username</label>
        <input id="username" name="username" type="text" required autocomplete="username"
          autocapitalize="none" autocorrect="off" spellcheck="false" maxlength="255"
          value="${props.username ?? ''}"${error === undefined ? '' : html` aria-describedby="login-error"`}>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" required autocomplete="current-password">
        <button type="submit">Sign in</button>
      </form>`,
  )
}
