import { html } from '../html.ts'
import { layout } from '../layout.ts'
import { serverTitle } from '../servers/server-state.ts'
import { invitationList, madeInvitation } from './invitations.ts'
import { shareForm } from './share-form.ts'
import type { SharePageProps } from './share-props.ts'
import { sharedWith } from './shared-with.ts'

function titleOf({ owner, server, viewer }: SharePageProps): string {
  if (owner !== viewer.name) return `Share ${serverTitle(owner, server)}`
  return server === '' ? 'Share your default server' : `Share your server “${server}”`
}

/** With whom a server is shared, and the ways to share it and to end that. */
export function sharePage(props: SharePageProps): string {
  const { hubPath, viewer, owner, mayShare, done } = props
  const title = titleOf(props)
  const whose = owner === viewer.name ? 'you' : owner
  return layout(
    { title, hubPath, viewer, section: 'home', done },
    html`<h1>${title}</h1>
      ${madeInvitation(props.madeLink)}
      <p>Whoever may open it can do there all that ${whose} can: read, change and delete files, and run code. Share it only with people you trust.</p>
      ${mayShare ? '' : html`<p class="panel">You may see with whom this server is shared, but not share it. Ask whoever runs this hub if you need to.</p>`}
      ${sharedWith(props)}
      ${mayShare ? shareForm(props) : ''}
      ${invitationList(props)}`,
  )
}
