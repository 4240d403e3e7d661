import { confirmButton } from '../controls.ts'
import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import { pager } from '../pager.ts'
import { moment } from '../time.ts'
import { listText } from './abilities.ts'
import type { SharePageProps, ShownShare } from './share-props.ts'

const OVER = {
  user: (name: string) => `${name} can no longer use this server, and loses what is open there.`,
  group: (name: string) =>
    `The members of ${name} can no longer use this server, and lose what they have open there.`,
}

function endButton(props: SharePageProps, { kind, name }: ShownShare): Markup {
  const { hubPath, path, viewer } = props
  const action = `${hubPath}unshare/${path}`
  return confirmButton({
    // Of its own for each, whatever comes before it: pages that change in place keep what has an id.
    id: `end-${kind}-${encodeURIComponent(name)}`,
    label: 'End',
    of: `sharing with ${kind} ${name}`,
    yes: 'End it',
    question: OVER[kind](name),
    form: { viewer, action, fields: { kind, name }, inPlace: true },
  })
}

function row(props: SharePageProps, share: ShownShare): Markup {
  const { kind, name, abilities, since } = share
  const who = kind === 'user' ? 'A user, who' : 'A group, whose members'
  return html`<li class="row">
          <div>
            <h3>${name}</h3>
            <p>${who} may ${listText(abilities)}. Shared ${moment(since, props.now)}</p>
          </div>
          ${props.mayShare ? html`<div class="actions">${endButton(props, share)}</div>` : ''}
        </li>`
}

/** Who may use a server because it is shared with them, with the means to end it. */
export function sharedWith(props: SharePageProps): Markup {
  const { hubPath, paging, path, shares } = props
  const hrefOf = (offset: number): string => `${hubPath}share/${path}?offset=${offset}`
  const rows = shares.map((share) => row(props, share))
  return html`<section aria-labelledby="shared-title">
        <h2 id="shared-title">Shared with</h2>
        ${paging.total === 0 ? html`<p class="muted">Nobody yet.</p>` : html`<ul class="rows">${rows}</ul>`}
        ${paging.total > paging.limit ? pager({ ...paging, of: 'shares', hrefOf }) : ''}
      </section>`
}
