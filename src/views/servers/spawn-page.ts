import { formError, linkButton, postForm, submitButton } from '../controls.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { layout } from '../layout.ts'
import type { ProfileCard } from './profile-cards.ts'
import { profileCards } from './profile-cards.ts'
import { serverTitle } from './server-state.ts'

export interface SpawnPageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  /** Whose server; empty name for the default one. */
  user: string
  server: string
  /** Where the form goes. */
  startHref: string
  /** Where to go once it runs, as a checked path; empty for the server itself. */
  next: string
  /** What there is to choose from; empty when nothing is. */
  profiles: readonly ProfileCard[]
  /** Why the form came back. */
  error?: string | undefined
}

/** Asks before a server is started, and with what: opening a link must not start anything. */
export function spawnPage(props: SpawnPageProps): string {
  const { hubPath, viewer, startHref, next, profiles, error } = props
  const title = `Start ${serverTitle(props.user, props.server)}`
  const actions = html`<div class="actions">
          ${submitButton({ label: 'Start' })}
          ${linkButton({ label: 'Not now', href: `${hubPath}home`, look: 'quiet' })}
        </div>`
  return layout(
    { title, hubPath, viewer },
    html`<h1>${title}</h1>
      <p>It is not running. Starting takes from a second to a minute.</p>
      ${formError(error)}
      ${postForm({ viewer, action: startHref, fields: { next } }, html`${profileCards(profiles)}${actions}`)}`,
  )
}
